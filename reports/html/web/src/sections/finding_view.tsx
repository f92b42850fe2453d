// One finding: what is claimed, how bad it is, whether it is borne out, and everything it rests on.
import { Foreign, SystemName } from "../page/parts";
import { useLookup } from "../report/lookup";
import { severities, type Control, type Evidence, type Finding, type FindingStatus, type Severity } from "../report/report";
import { number, words } from "../text/numbers";
import { References } from "./references";

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span class={`badge severity-${severity}`}>{severity}</span>;
}

export function StatusBadge({ status }: { status: FindingStatus }) {
  return <span class={`status status-${status}`}>{words(status)}</span>;
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

function Controls({ controls }: { controls: Control[] }) {
  return (
    <div>
      <p class="lead-in">Controls</p>
      <ul class="controls">
        {controls.map((control) => (
          <li>
            <span class={control.passed ? "outcome good" : "outcome bad"}>{control.passed ? "✓ passed" : "✗ FAILED"}</span>{" "}
            <strong><Foreign text={control.name} /></strong>: expected <Foreign text={control.expectation} />; observed{" "}
            <Foreign text={control.observed} />.
          </li>
        ))}
      </ul>
    </div>
  );
}

const shownSequences = 20;

function EvidenceList({ evidence }: { evidence: Evidence[] }) {
  return (
    <div>
      <p class="lead-in">Evidence in the run's observations</p>
      <ul>
        {evidence.map(({ system, probe, sequences }) => (
          <li>
            <SystemName name={system} />, probe <Foreign text={probe} />: {sequences.length === 0 ? "all requests" : "requests "}
            {sequences.slice(0, shownSequences).join(", ")}
            {sequences.length > shownSequences ? ` and ${number(sequences.length - shownSequences)} more` : ""}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function FindingView({ finding }: { finding: Finding }) {
  const anchor = useLookup().anchorOf(finding);
  return (
    <article id={anchor} class={`finding edge-${finding.severity}`}>
      <p class="badges">
        <SeverityBadge severity={finding.severity} /> <StatusBadge status={finding.status} />
        <a class="permalink quiet" href={`#${anchor}`}><Foreign text={finding.id} /></a>
      </p>
      <h4><Foreign text={finding.claim} /></h4>
      {finding.detail ? <p><Foreign text={finding.detail} /></p> : null}
      <References measurements={finding.measurements} comparisons={finding.comparisons} />
      {finding.controls.length > 0 ? <Controls controls={finding.controls} /> : null}
      {finding.evidence.length > 0 ? <EvidenceList evidence={finding.evidence} /> : null}
    </article>
  );
}
