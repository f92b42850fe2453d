// What is needed to repeat the run, and what it ran on.
import { Facts, Fold, Foreign, Scroll } from "../page/parts";
import { useLookup } from "../report/lookup";
import { seconds, words } from "../text/numbers";
import { visible } from "../text/visible";

function formatted(config: string): string {
  try {
    return JSON.stringify(JSON.parse(config), null, 2);
  } catch {
    return config;
  }
}

const entries = (map: Record<string, string>) => Object.entries(map).map(([name, value]) => [words(name), <Foreign text={value} />] as const);

export function Provenance() {
  const { report, seed } = useLookup();
  const { provenance, environment, timing } = report;
  return (
    <section id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title">Provenance</h2>
      <Facts facts={[
        ["recgauge", <Foreign text={provenance.tool_version} />],
        ["report format", <Foreign text={report.schema_version} />],
        ["seed", seed],
        ["run", <code class="hash"><Foreign text={report.run_id} /></code>],
        ["configuration hash", <code class="hash"><Foreign text={provenance.config_hash} /></code>],
      ]} />
      <h3>Libraries</h3>
      {Object.keys(provenance.library_versions).length === 0 ? <p>None are recorded.</p> : <Facts facts={entries(provenance.library_versions)} />}
      <Fold summary="Effective configuration">
        {() => <Scroll label="Effective configuration"><pre><bdi>{visible(formatted(provenance.config))}</bdi></pre></Scroll>}
      </Fold>
      <h3>Environment <span class="quiet">(not part of the result)</span></h3>
      {Object.keys(environment.facts).length === 0 ? <p>Nothing is recorded.</p> : <Facts facts={entries(environment.facts)} />}
      <h3>Timing <span class="quiet">(not part of the result)</span></h3>
      {Object.keys(timing.seconds).length === 0 ? <p>Nothing is recorded.</p> : (
        <Facts facts={Object.entries(timing.seconds).map(([stage, value]) => [words(stage), seconds(value)] as const)} />
      )}
    </section>
  );
}
