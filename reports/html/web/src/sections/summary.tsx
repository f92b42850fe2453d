// What a reader must know first: the verdict, the worst findings, the main numbers.
import { Foreign, Scroll } from "../page/parts";
import { useLookup } from "../report/lookup";
import { severities, type GateStatus, type Verdict } from "../report/report";
import { count, number } from "../text/numbers";
import { SeverityBadge, StatusBadge, worstFirst } from "./finding_view";
import { KeyTable } from "./key_table";
import { MeasurementReference } from "./references";

const signs: Record<GateStatus, string> = { pass: "✓", fail: "✗", inconclusive: "?" };

export function GateBadge({ status }: { status: GateStatus }) {
  return <span class={`gate gate-${status}`}><span aria-hidden="true">{signs[status]}</span> {status}</span>;
}

function VerdictView({ verdict }: { verdict: Verdict }) {
  const order: GateStatus[] = ["fail", "inconclusive", "pass"];
  const gates = [...verdict.gates].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const counts = order
    .map((status) => [gates.filter((gate) => gate.status === status).length, status] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, status]) => `${number(amount)} ${status}`);
  return (
    <section id="verdict" class={`verdict verdict-${verdict.status}`} aria-labelledby="verdict-title">
      <h2 id="verdict-title">Verdict: <GateBadge status={verdict.status} /></h2>
      <p>{gates.length === 0 ? "The policy has no gates." : `${count(gates.length, "gate")}: ${counts.join(", ")}.`}</p>
      {gates.length > 0 ? (
        <Scroll label="Gates">
          <table>
            <caption class="visually-hidden">Gates</caption>
            <thead>
              <tr><th scope="col">Status</th><th scope="col">Gate</th><th scope="col">Why</th><th scope="col">Measurement</th></tr>
            </thead>
            <tbody>
              {gates.map((gate) => (
                <tr>
                  <td><GateBadge status={gate.status} /></td>
                  <th scope="row"><Foreign text={gate.gate} /></th>
                  <td>
                    <Foreign text={gate.explanation} />
                    {gate.deciding_sample_size !== null ? ` About ${count(gate.deciding_sample_size, "unit")} would decide it.` : ""}
                  </td>
                  <td><MeasurementReference id={gate.measurement} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </section>
  );
}

function FindingsAtAGlance() {
  const lookup = useLookup();
  const findings = worstFirst(lookup.findings);
  const worth = findings.filter((finding) => finding.severity !== "info").slice(0, 8);
  const shown = worth.length > 0 ? worth : findings.slice(0, 4);
  return (
    <section aria-labelledby="glance-title">
      <h2 id="glance-title">Findings</h2>
      <ul class="severity-counts">
        {severities.map((severity) => {
          const amount = findings.filter((finding) => finding.severity === severity).length;
          return <li class={amount === 0 ? "none" : ""}><strong>{number(amount)}</strong> <SeverityBadge severity={severity} /></li>;
        })}
      </ul>
      {shown.length > 0 ? (
        <ol class="glance">
          {shown.map((finding) => (
            <li>
              <SeverityBadge severity={finding.severity} />
              <span>
                <a href={`#${lookup.anchorOf(finding)}`}><Foreign text={finding.claim} /></a>{" "}
                <StatusBadge status={finding.status} /> <span class="quiet"><Foreign text={finding.suite} /></span>
              </span>
            </li>
          ))}
        </ol>
      ) : (
        <p>No findings.</p>
      )}
      {shown.length < findings.length ? (
        <p class="quiet">{count(findings.length - shown.length, "more finding")} below, by suite.</p>
      ) : null}
      <Unmeasured />
    </section>
  );
}

function Unmeasured() {
  const lookup = useLookup();
  const unmeasured = lookup.report.suites.filter((suite) => !suite.measured);
  return (
    <>
      {unmeasured.map((suite) => (
        <p class="notice">
          <a href={`#${lookup.anchorOf(suite)}`}>Suite <Foreign text={suite.info.name} /></a>: not measured.{" "}
          <Foreign text={suite.not_measured_reason} />
        </p>
      ))}
    </>
  );
}

export function Summary() {
  const { report } = useLookup();
  return (
    <>
      {report.verdict ? <VerdictView verdict={report.verdict} /> : <p class="quiet">No policy was applied, so this report has no verdict.</p>}
      <FindingsAtAGlance />
      <KeyTable />
    </>
  );
}
