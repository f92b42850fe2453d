// Where the lists of two systems differ, with the users who show it under pseudonyms.
import { useState } from "preact/hooks";
import { Fold, Foreign, Value } from "../page/parts";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import { number, percent } from "../text/numbers";
import type { Disagreement, ExampleUser, ListedItem, RunComparison } from "./document";
import { Range, Select, SystemLabel } from "./names";
import { visible } from "../text/visible";

const columns: Column<Disagreement>[] = [
  { key: "system", title: "System", sort: (d) => d.system, rowHeader: true, cell: (d) => <SystemLabel id={d.system} /> },
  {
    key: "rbo", title: "Rank-biased overlap", note: "1 for equal lists", numeric: true, sort: (d) => d.rank_biased_overlap,
    cell: (d) => d.not_measured_reason ? <span class="undefined">not measured: <Foreign text={d.not_measured_reason} /></span> : (
      <>
        <Value value={d.rank_biased_overlap} />
        {d.rank_biased_overlap_interval ? <div class="under quiet"><Range interval={d.rank_biased_overlap_interval} /></div> : null}
      </>
    ),
  },
  {
    key: "overlap", title: "Common items", numeric: true, sort: (d) => d.overlap,
    cell: (d) => (
      <>
        <Value value={d.overlap} format={percent} />
        {d.overlap_interval ? <div class="under quiet"><Range interval={d.overlap_interval} format={percent} /></div> : null}
      </>
    ),
  },
  { key: "equal", title: "Equal lists", numeric: true, sort: (d) => d.equal_lists, cell: (d) => <Value value={d.equal_lists} format={percent} /> },
  { key: "n", title: "Users", numeric: true, sort: (d) => d.n, cell: (d) => <>{number(d.n)}{d.one_sided > 0 ? <div class="under quiet">{number(d.one_sided)} with one list only</div> : null}</> },
];

const csvForm: CsvForm<Disagreement> = {
  name: "disagreements",
  columns: ["system", "k", "rank_biased_overlap", "overlap", "equal_lists", "n", "one_sided", "not_measured_reason"],
  row: (d) => [d.system, d.k, d.rank_biased_overlap, d.overlap, d.equal_lists, d.n, d.one_sided, d.not_measured_reason],
};

function List({ items, caption }: { items: readonly ListedItem[]; caption: preact.ComponentChildren }) {
  return (
    <div class="example-list">
      <p class="lead-in">{caption}</p>
      {items.length === 0 ? <p class="quiet">an empty list</p> : (
        <ol>
          {items.map((item) => (
            <li class={item.in_both ? "" : "only-here"}>
              <Foreign text={item.title || item.name} />
              {item.title ? <span class="quiet"> <Foreign text={item.name} /></span> : null}
              {item.in_both ? <span class="quiet"> in both</span> : null}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Example({ example, disagreement, reference }: { example: ExampleUser; disagreement: Disagreement; reference: string }) {
  return (
    <Fold summary={
      <>
        {example.pseudonym}: <Foreign text={example.reason} />; overlap {number(example.rank_biased_overlap)},{" "}
        <Foreign text={disagreement.metric} /> {number(example.value)} against {number(example.reference_value)}
      </>
    }>
      {() => (
        <>
          <p class="quiet">Request {number(example.request)} of the probe <Foreign text={disagreement.probe} />: who holds the runs' observations finds the raw answers by it.</p>
          <div class="example-lists">
            <List items={example.list} caption={<SystemLabel id={disagreement.system} />} />
            <List items={example.reference_list} caption={<SystemLabel id={reference} />} />
          </div>
        </>
      )}
    </Fold>
  );
}

export function Disagreements({ comparison }: { comparison: RunComparison }) {
  const withExamples = comparison.disagreements.filter((d) => d.examples.length > 0);
  const [chosen, setChosen] = useState(0);
  const shown = withExamples[chosen];
  const k = comparison.disagreements[0]?.k ?? 0;
  return (
    <section id="disagreements">
      <h2>Where the lists differ</h2>
      <p>The first {number(k)} places of each user's list against those of <SystemLabel id={comparison.reference} />.</p>
      <DataTable name="Disagreements" rows={comparison.disagreements} columns={columns} csv={csvForm} />
      {shown ? (
        <>
          <h3>Users who show it</h3>
          <p class="quiet">Users have numbers that mean nothing outside this page.</p>
          <div class="toolbar">
            <Select label="System" options={withExamples.map((d) => visible(d.system))} value={chosen} onChange={setChosen} />
          </div>
          <div class="examples">
            {shown.examples.map((example) => <Example key={`${shown.system} ${example.pseudonym}`} example={example} disagreement={shown} reference={comparison.reference} />)}
          </div>
        </>
      ) : null}
    </section>
  );
}
