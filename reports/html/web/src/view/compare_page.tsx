// The page of a comparison, from what is shown down to how it was worked out.
import { Foreign } from "../page/parts";
import { count, percent } from "../text/numbers";
import { Costs } from "./costs";
import { Disagreements } from "./disagreements";
import type { Effect, RunComparison } from "./document";
import { Effects } from "./effects";
import { looksOf, LooksContext, SystemLabel, ViewHead } from "./names";
import { Pareto } from "./pareto_view";
import { number, signed } from "../text/numbers";

function Contents() {
  const parts = [["summary", "Summary"], ["pareto", "Two measures"], ["effects", "Effects"], ["costs", "Cost and latency"],
    ["disagreements", "Lists"], ["runs", "Runs"], ["method", "Method"]] as const;
  return (
    <nav aria-label="Contents" class="contents">
      <ul>{parts.map(([id, title]) => <li><a href={`#${id}`}>{title}</a></li>)}</ul>
    </nav>
  );
}

function sentence(effect: Effect) {
  if (effect.difference === null) return <>not compared: <Foreign text={effect.undefined_reason} /></>;
  const reach = effect.interval ? ` [${number(effect.interval.low)}, ${number(effect.interval.high)}]` : "";
  const relative = effect.relative_difference === null ? "" : ` (${effect.relative_difference > 0 ? "+" : ""}${percent(effect.relative_difference)})`;
  return <>{signed(effect.difference)}{relative}{reach}</>;
}

function Glance({ comparison }: { comparison: RunComparison }) {
  const label = comparison.front.y || comparison.measures[0];
  const leading = comparison.effects.filter((effect) => effect.label === label && effect.slice === "all");
  if (leading.length === 0) return <p>There is one system only; name more runs to compare it with.</p>;
  const tones = { better: "good", worse: "bad", different: "quiet", not_shown: "quiet", not_compared: "quiet" } as const;
  const words = { better: "better", worse: "worse", different: "differs", not_shown: "not shown", not_compared: "no value" } as const;
  return (
    <>
      <p><Foreign text={label ?? ""} /> against <SystemLabel id={comparison.reference} />:</p>
      <ul class="glance">
        {leading.map((effect) => (
          <li>
            <span class={`badge ${tones[effect.outcome]}`}>{words[effect.outcome]}</span>
            <span><SystemLabel id={effect.system} />: {sentence(effect)}{effect.difference === null ? "" : effect.paired ? ", paired users" : ", users not paired"}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Runs({ comparison }: { comparison: RunComparison }) {
  return (
    <section id="runs">
      <h2>Runs</h2>
      <div class="system-cards">
        {comparison.runs.map((run) => (
          <div class="system-card">
            <h3><Foreign text={run.label} /></h3>
            <p class="quiet"><Foreign text={run.source} /></p>
            <p>
              {run.finished ? <>Finished <Foreign text={run.finished} />. </> : null}
              {run.machine ? <><Foreign text={run.machine} />. </> : "Its machine is not known. "}
              recgauge <Foreign text={run.tool_version || "of unknown version"} />, run <code class="hash"><Foreign text={run.run_id.slice(0, 16)} /></code>.
            </p>
            <p>{run.per_user ? <Foreign text={`No values by user: ${run.per_user}.`} /> : "Holds values by user."}</p>
          </div>
        ))}
      </div>
    </section>
  );
}

export function ComparePage({ comparison }: { comparison: RunComparison }) {
  return (
    <LooksContext.Provider value={looksOf(comparison)}>
      <a class="skip" href="#summary">Skip to the summary</a>
      <div class="layout">
        <Contents />
        <main>
          <ViewHead kind="comparison" json={comparison} file="comparison"
            title={`${count(comparison.systems.length, "system")} of ${count(comparison.runs.length, "run")}`}>
            {comparison.runs.map((run, place) => <>{place > 0 ? ", " : ""}<Foreign text={run.label} /></>)}.{" "}
            <span class="quiet">The same data, split, candidate items and metric definitions; recgauge <Foreign text={comparison.tool_version} /></span>
          </ViewHead>
          {comparison.notes.map((note) => <p class="notice"><Foreign text={note} /></p>)}
          <section id="glance"><h2>At a glance</h2><Glance comparison={comparison} /></section>
          <Pareto comparison={comparison} />
          <Effects comparison={comparison} />
          <Costs comparison={comparison} />
          <Disagreements comparison={comparison} />
          <Runs comparison={comparison} />
          <section id="method"><h2>Method</h2><p>{comparison.method}</p></section>
          <footer class="quiet">This page needs no network and sends nothing.</footer>
        </main>
      </div>
    </LooksContext.Provider>
  );
}
