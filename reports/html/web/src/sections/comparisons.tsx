// Systems in pairs: by how much one leads, and whether that is more than chance.
import { useMemo } from "preact/hooks";
import { Foreign, IntervalText, MetricName, SystemName, Value } from "../page/parts";
import { comparisonAnchor, useLookup } from "../report/lookup";
import type { Comparison } from "../report/report";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import type { Choice } from "../table/rows";
import { anchor } from "../text/anchors";
import { number, short, signed } from "../text/numbers";
import { visible } from "../text/visible";

const columns: Column<Comparison>[] = [
  { key: "suite", title: "Suite", sort: (c) => c.suite, cell: (c) => <Foreign text={c.suite} /> },
  { key: "first", title: "First", sort: (c) => c.first, rowHeader: true, cell: (c) => <SystemName name={c.first} /> },
  { key: "second", title: "Second", sort: (c) => c.second, cell: (c) => <SystemName name={c.second} /> },
  { key: "metric", title: "Metric", sort: (c) => c.label, cell: (c) => <MetricName metric={c.metric} label={c.label} /> },
  { key: "slice", title: "Slice", sort: (c) => c.slice, cell: (c) => <Foreign text={c.slice} /> },
  { key: "difference", title: "Difference", note: "first minus second", numeric: true, sort: (c) => c.difference,
    cell: (c) => <Value value={c.difference} reason={c.undefined_reason} format={signed} /> },
  { key: "interval", title: "Interval", sort: (c) => c.interval?.low ?? null, cell: (c) => <IntervalText interval={c.interval} format={signed} /> },
  { key: "p", title: "p", numeric: true, sort: (c) => c.p_value, cell: (c) => <P value={c.p_value} by={c.test} /> },
  { key: "adjusted", title: "Adjusted p", numeric: true, sort: (c) => c.p_adjusted, cell: (c) => <P value={c.p_adjusted} by={c.correction} /> },
  { key: "effect", title: "Effect size", note: "d_z", numeric: true, sort: (c) => c.effect_size,
    cell: (c) => c.effect_size === null ? <span class="undefined">undefined</span> : <Value value={c.effect_size} format={signed} /> },
  { key: "wins", title: "Win / tie / loss", note: "of the first", numeric: true, sort: (c) => c.wins - c.losses,
    cell: (c) => `${number(c.wins)} / ${number(c.ties)} / ${number(c.losses)}` },
  { key: "n", title: "n", note: "pairs", numeric: true, sort: (c) => c.n, cell: (c) => number(c.n) },
];

function P({ value, by }: { value: number | null; by: string }) {
  return <span title={visible(by)}>{value === null ? <span class="undefined">not tested</span> : <Value value={value} format={short} />}</span>;
}

const form: CsvForm<Comparison> = {
  name: "comparisons",
  columns: ["id", "suite", "first", "second", "metric", "label", "slice", "difference", "undefined_reason", "low", "high", "confidence",
            "interval_method", "p_value", "p_adjusted", "test", "correction", "effect_size", "n", "wins", "ties", "losses", "direction"],
  row: (c) => [c.id, c.suite, c.first, c.second, c.metric, c.label, c.slice, c.difference, c.undefined_reason, c.interval?.low ?? null,
               c.interval?.high ?? null, c.interval?.confidence ?? null, c.interval?.method ?? "", c.p_value, c.p_adjusted, c.test,
               c.correction, c.effect_size, c.n, c.wins, c.ties, c.losses, c.direction],
};

const choices: Choice<Comparison>[] = [
  { name: "Suite", of: (c) => c.suite },
  { name: "First", of: (c) => c.first },
  { name: "Second", of: (c) => c.second },
  { name: "Metric", of: (c) => c.label },
  { name: "Slice", of: (c) => c.slice },
];

const textOf = (c: Comparison) => [c.suite, c.first, c.second, c.label, c.metric, c.slice, c.undefined_reason].join(" ");

function Methods({ comparisons }: { comparisons: readonly Comparison[] }) {
  const methods = useMemo(
    () => [...new Set(comparisons.map((c) => [c.test, c.correction].filter(Boolean).join("; ")))].filter(Boolean), [comparisons]);
  if (methods.length === 0) return null;
  return <p class="quiet">{methods.slice(0, 6).map((method) => <><Foreign text={method} />. </>)}{methods.length > 6 ? "Others are in the CSV." : ""}</p>;
}

export function Comparisons() {
  const { comparisons, report } = useLookup();
  const suites = useMemo(() => new Map(report.suites.map(({ info }) => [anchor("comparisons-of", info.name), info.name])), [report]);
  return (
    <section id="comparisons" aria-labelledby="comparisons-title">
      <h2 id="comparisons-title">All comparisons</h2>
      {comparisons.length === 0 ? <p>There are no comparisons.</p> : (
        <>
          <Methods comparisons={comparisons} />
          <DataTable name="Comparisons" rows={comparisons} columns={report.suites.length > 1 ? columns : columns.slice(1)} csv={form} choices={choices} textOf={textOf}
            anchorOf={(c) => comparisonAnchor(c.id)}
            preset={(id) => {
              const suite = suites.get(id);
              return suite === undefined ? null : { element: "comparisons", chosen: { Suite: suite } };
            }} />
        </>
      )}
    </section>
  );
}
