// The audit view: which findings bear on which article, what is missing, and what nobody tested.
import { Facts, Fold, Foreign, Scroll } from "../page/parts";
import { useLookup } from "../report/lookup";
import type { AuditFramework, AuditRecord, AuditSection, Audit as AuditView } from "../report/audit";
import { count, words } from "../text/numbers";
import { SeverityBadge, StatusBadge } from "./finding_view";

function FindingLine({ id, why }: { id: string; why?: string }) {
  const lookup = useLookup();
  const finding = lookup.finding(id);
  if (!finding) return <li><Foreign text={id} /> <span class="quiet">(not in this report)</span></li>;
  return (
    <li>
      <SeverityBadge severity={finding.severity} /> <StatusBadge status={finding.status} />{" "}
      <a href={`#${lookup.anchorOf(finding)}`}><Foreign text={finding.claim} /></a>
      {why ? <span class="quiet"> Relevant as: <Foreign text={why} /></span> : null}
    </li>
  );
}

function RecordView({ record }: { record: AuditRecord }) {
  const summary = <>{record.title}, <span class="quiet">relevant as: <Foreign text={record.why} /></span></>;
  if (record.rows.length === 0) return <p>{summary}</p>;
  return <Fold summary={summary}>{() => <Facts facts={record.rows.map(([name, value]) => [name, <Foreign text={value} />] as const)} />}</Fold>;
}

function Notes({ title, notes }: { title: string; notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <>
      <p class="lead-in">{title}</p>
      <ul>{notes.map((note) => <li><Foreign text={note} /></li>)}</ul>
    </>
  );
}

function Section({ section }: { section: AuditSection }) {
  const empty = section.findings.length === 0 && section.records.length === 0;
  return (
    <article class="audit-section">
      <h3><Foreign text={section.id} />: <Foreign text={section.title} /></h3>
      {section.summary ? <p><Foreign text={section.summary} /></p> : null}
      {empty ? <p><strong>No evidence in this run.</strong></p> : null}
      {section.findings.length > 0 ? <ul class="references">{section.findings.map((finding) => <FindingLine {...finding} />)}</ul> : null}
      {section.records.map((record) => <RecordView record={record} />)}
      <Notes title="No evidence" notes={section.no_evidence} />
      <Notes title="Limits" notes={section.limits} />
      <Notes title="Outside this tool" notes={section.outside ? [section.outside] : []} />
    </article>
  );
}

function Framework({ framework }: { framework: AuditFramework }) {
  const withEvidence = framework.sections.filter(({ findings }) => findings.length > 0).length;
  return (
    <Fold summary={<><Foreign text={framework.title} /> <span class="quiet">({withEvidence} of {count(framework.sections.length, "entry", "entries")} with findings)</span></>}>
      {() => (
        <>
          <p class="quiet">Text: <Foreign text={framework.source} /></p>
          {framework.note ? <p><Foreign text={framework.note} /></p> : null}
          {framework.sections.map((section) => <Section section={section} />)}
        </>
      )}
    </Fold>
  );
}

function NotTested({ audit }: { audit: AuditView }) {
  if (audit.not_tested.length === 0) return <p>Everything that the mapping names was tested.</p>;
  return (
    <Scroll label="What was not tested">
      <table>
        <thead><tr><th scope="col">What</th><th scope="col">Kind</th><th scope="col">Why</th></tr></thead>
        <tbody>
          {audit.not_tested.map(({ kind, what, why }) => (
            <tr><th scope="row"><Foreign text={what} /></th><td>{words(kind)}</td><td><Foreign text={why} /></td></tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function Audit() {
  const { audit } = useLookup();
  if (!audit) return null;
  return (
    <section id="audit" aria-labelledby="audit-title">
      <h2 id="audit-title">Audit view</h2>
      <p>
        Evidence relevant to the articles and subcategories below, and what is missing. Nothing here says that an obligation applies or
        is met; whether it is, people decide.
      </p>
      {audit.frameworks.map((framework) => <Framework framework={framework} />)}
      {audit.unmapped.length > 0 ? (
        <Fold summary={`${count(audit.unmapped.length, "finding")} that the mapping assigns to no article`}>
          {() => <ul class="references">{audit.unmapped.map((id) => <FindingLine id={id} />)}</ul>}
        </Fold>
      ) : null}
      <h3 id="not-tested">What was not tested</h3>
      <NotTested audit={audit} />
    </section>
  );
}
