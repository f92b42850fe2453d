// One suite: its question, what it found, the charts, how far to trust it.
import { FigureView } from "../charts/figure_view";
import { Foreign } from "../page/parts";
import { useLookup } from "../report/lookup";
import type { Figure, SuiteResult } from "../report/report";
import { anchor } from "../text/anchors";
import { count } from "../text/numbers";
import { Certificates } from "./certificates";
import { FindingView, worstFirst } from "./finding_view";

function TableLinks({ suite }: { suite: SuiteResult }) {
  const { name } = suite.info;
  return (
    <p class="quiet">
      {suite.measurements.length > 0 ? <a href={`#${anchor("measurements-of", name)}`}>{count(suite.measurements.length, "measurement")} of this suite</a> : "No measurements"}
      {", "}
      {suite.comparisons.length > 0 ? <a href={`#${anchor("comparisons-of", name)}`}>{count(suite.comparisons.length, "comparison")}</a> : "no comparisons"}
    </p>
  );
}

// Figures that take the whole width come last, so that the others stand side by side.
function smallFirst(figures: readonly Figure[]): Figure[] {
  const wide = (figure: Figure) => figure.kind === "table" || figure.encoding["facet"] !== undefined;
  return [...figures.filter((figure) => !wide(figure)), ...figures.filter(wide)];
}

export function SuiteView({ suite }: { suite: SuiteResult }) {
  const id = useLookup().anchorOf(suite);
  const { info } = suite;
  return (
    <section id={id} class="suite" aria-labelledby={`${id}~title`}>
      <h2 id={`${id}~title`}>Suite: <Foreign text={info.name} /> {info.version ? <span class="quiet version">version <Foreign text={info.version} /></span> : null}</h2>
      {info.question ? <p class="question"><Foreign text={info.question} /></p> : null}
      {suite.measured ? null : (
        <p class="notice"><strong>Not measured.</strong> <Foreign text={suite.not_measured_reason || "The report gives no reason."} /></p>
      )}
      {info.method ? <p><span class="lead-in">Method</span> <Foreign text={info.method} /></p> : null}
      <TableLinks suite={suite} />
      <h3>Findings</h3>
      {suite.findings.length === 0 ? <p>No findings.</p> : worstFirst(suite.findings).map((finding) => <FindingView finding={finding} />)}
      {suite.figures.length > 0 ? <><h3>Charts</h3><div class="figures">{smallFirst(suite.figures).map((figure) => <FigureView figure={figure} />)}</div></> : null}
      <h3>Calibration</h3>
      <Certificates certificates={suite.certificates} />
      {info.limits ? <><h3>Limits</h3><p><Foreign text={info.limits} /></p></> : null}
      {info.references.length > 0 ? <><h3>References</h3><ul>{info.references.map((reference) => <li><Foreign text={reference} /></li>)}</ul></> : null}
    </section>
  );
}
