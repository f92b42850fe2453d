// What each metric of the report is, by family, with the full names in use.
import { useMemo } from "preact/hooks";
import { Foreign } from "../page/parts";
import { useLookup } from "../report/lookup";
import { definitionAnchor, familyOf } from "../report/metrics";
import { number } from "../text/numbers";

const shownNames = 12;

export function Definitions() {
  const { report, measurements, comparisons } = useLookup();
  const families = useMemo(() => {
    const names = new Map<string, Set<string>>();
    for (const { metric } of [...measurements, ...comparisons]) {
      const family = familyOf(metric);
      const there = names.get(family);
      if (there) there.add(metric);
      else names.set(family, new Set([metric]));
    }
    return [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  }, [report]);
  return (
    <section id="definitions" aria-labelledby="definitions-title">
      <h2 id="definitions-title">Metric definitions</h2>
      {families.length === 0 ? <p>No metric was measured.</p> : null}
      <dl class="definitions">
        {families.map(([family, names]) => (
          <div id={definitionAnchor(family)}>
            <dt><Foreign text={family} /></dt>
            <dd>
              <p>{Object.hasOwn(report.definitions ?? {}, family)
                ? <Foreign text={report.definitions[family] ?? ""} />
                : <span class="quiet">This report holds no definition; the suite's method says how it is measured.</span>}</p>
              <p class="quiet">In this report: {[...names].slice(0, shownNames).map((name, i) => <>{i > 0 ? " " : ""}<code><Foreign text={name} /></code></>)}
                {names.size > shownNames ? ` and ${number(names.size - shownNames)} more` : ""}</p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
