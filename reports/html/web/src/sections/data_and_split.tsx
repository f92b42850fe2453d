// The data set, how it was cut, and what leaks between the parts.
import { Fold, Facts, Foreign, Scroll, Value } from "../page/parts";
import { useLookup } from "../report/lookup";
import type { DataSummary, SplitSummary } from "../report/report";
import { number, percent, words } from "../text/numbers";

const hash = (text: string) => <code class="hash"><Foreign text={text} /></code>;

function DataSet({ data }: { data: DataSummary }) {
  return (
    <section id="data" aria-labelledby="data-title">
      <h2 id="data-title">Data set: <Foreign text={data.origin.name || "unnamed"} /></h2>
      <Facts facts={[
        ["users", number(data.users)],
        ["items", number(data.items)],
        ["interactions", number(data.interactions)],
        ["licence", <Foreign text={data.origin.licence || "not known"} />],
        ["loader", <Foreign text={data.origin.loader || "not known"} />],
        ...Object.entries(data.statistics).map(([name, value]) => [words(name), <Value value={value} />] as const),
      ]} />
      <h3>Known issues</h3>
      {data.known_issues.length === 0 ? <p>None are known to recgauge.</p> : (
        <ul>{data.known_issues.map((issue) => <li><Foreign text={issue} /></li>)}</ul>
      )}
      <Fold summary="Loading and identity">
        {() => (
          <>
            <Facts facts={Object.entries(data.load_report).map(([name, amount]) => [words(name), number(amount)] as const)} />
            <Facts facts={[
              ["content hash", hash(data.content_hash)],
              ...data.origin.files.map((file) => [file.name, hash(file.sha256)] as const),
            ]} />
          </>
        )}
      </Fold>
    </section>
  );
}

function Split({ split }: { split: SplitSummary }) {
  return (
    <section id="split" aria-labelledby="split-title">
      <h2 id="split-title">Split: <Foreign text={words(split.kind) || "unnamed"} /></h2>
      <Facts facts={[
        ["candidates", <><Foreign text={split.candidates || "not stated"} />{split.sampled_candidates ? <strong> (sampled)</strong> : null}</>],
        ...Object.entries(split.parameters).map(([name, value]) => [words(name), <Foreign text={value} />] as const),
        ...Object.entries(split.counts).map(([name, amount]) => [words(name), number(amount)] as const),
      ]} />
      <h3>Leakage audit</h3>
      {split.audit.length === 0 ? <p>No audit was made.</p> : (
        <Scroll label="Leakage audit">
          <table>
            <caption class="visually-hidden">Leakage audit</caption>
            <thead><tr><th scope="col">Check</th><th scope="col" class="numeric">Found</th><th scope="col" class="numeric">Of</th><th scope="col">In words</th></tr></thead>
            <tbody>
              {split.audit.map((note) => (
                <tr>
                  <th scope="row"><Foreign text={note.name} /></th>
                  <td class="numeric">{number(note.count)}{note.of > 0 ? <span class="quiet"> ({percent(note.count / note.of)})</span> : null}</td>
                  <td class="numeric">{number(note.of)}</td>
                  <td><Foreign text={note.sentence} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <Fold summary="Hashes of the parts">
        {() => <Facts facts={Object.entries(split.hashes).map(([name, value]) => [name, hash(value)] as const)} />}
      </Fold>
    </section>
  );
}

export function DataAndSplit() {
  const { report } = useLookup();
  return (
    <div class="columns">
      <DataSet data={report.data} />
      <Split split={report.split} />
    </div>
  );
}
