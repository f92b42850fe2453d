// The systems of the run: what they are, how they answered, what they used.
import { Fold, Facts, Foreign, RoleName, SystemName } from "../page/parts";
import { systemAnchor, useLookup } from "../report/lookup";
import type { SystemSummary } from "../report/report";
import { number, percent, words } from "../text/numbers";

function System({ system, anchored }: { system: SystemSummary; anchored: boolean }) {
  const { info, role, requests, outcomes, usage } = system;
  const parameters = Object.entries(info.parameters);
  const facts = [
    ["kind", <Foreign text={info.kind || "not stated"} />] as const,
    ["requests", number(requests)] as const,
    ...Object.entries(outcomes).map(([outcome, amount]) =>
      [words(outcome), `${number(amount)}${requests > 0 ? ` (${percent(amount / requests)})` : ""}`] as const),
    ...(usage.prompt_tokens + usage.completion_tokens > 0
      ? [["prompt tokens", number(usage.prompt_tokens)] as const, ["completion tokens", number(usage.completion_tokens)] as const] : []),
    ...(usage.cost ? [["cost", number(usage.cost)] as const] : []),
  ];
  return (
    <article class="system-card" {...(anchored ? { id: systemAnchor(info.name) } : {})}>
      <h3><SystemName name={info.name} plain /> <span class="quiet"><RoleName role={role} /></span></h3>
      {info.description ? <p><Foreign text={info.description} /></p> : null}
      {info.reference ? <p class="quiet"><Foreign text={info.reference} /></p> : null}
      <Facts facts={facts} />
      {parameters.length > 0 ? (
        <Fold summary={`${number(parameters.length)} parameters`}>
          {() => <Facts facts={parameters.map(([name, value]) => [name, <Foreign text={value} />] as const)} />}
        </Fold>
      ) : null}
    </article>
  );
}

export function Systems() {
  const { report } = useLookup();
  const seen = new Set<string>();
  return (
    <section id="systems" aria-labelledby="systems-title">
      <h2 id="systems-title">Systems</h2>
      {report.systems.length === 0 ? <p>No system was run.</p> : null}
      <div class="system-cards">
        {report.systems.map((system) => {
          const anchored = !seen.has(system.info.name);
          seen.add(system.info.name);
          return <System system={system} anchored={anchored} />;
        })}
      </div>
    </section>
  );
}
