// Every number of the run in one table.
import { useMemo } from "preact/hooks";
import { Foreign, IntervalText, MetricName, SystemName, Value } from "../page/parts";
import { measurementAnchor, useLookup } from "../report/lookup";
import type { Measurement } from "../report/report";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import type { Choice } from "../table/rows";
import { anchor } from "../text/anchors";
import { exact, number, percent, words } from "../text/numbers";

const columns: Column<Measurement>[] = [
  { key: "suite", title: "Suite", sort: (m) => m.suite, cell: (m) => <Foreign text={m.suite} /> },
  { key: "system", title: "System", rowHeader: true, sort: (m) => m.system, cell: (m) => <SystemName name={m.system} /> },
  { key: "metric", title: "Metric", sort: (m) => m.label, cell: (m) => <MetricName metric={m.metric} label={m.label} /> },
  { key: "slice", title: "Slice", sort: (m) => m.slice, cell: (m) => <Foreign text={m.slice} /> },
  { key: "value", title: "Value", numeric: true, sort: (m) => m.value,
    cell: (m) => <Value value={m.value} reason={m.undefined_reason} unit={m.unit} /> },
  { key: "interval", title: "Interval", sort: (m) => m.interval?.low ?? null, cell: (m) => <IntervalText interval={m.interval} /> },
  { key: "n", title: "n", numeric: true, sort: (m) => m.n, cell: (m) => number(m.n) },
  { key: "undefined", title: "n undefined", numeric: true, sort: (m) => m.n_undefined,
    cell: (m) => m.n_undefined === 0 ? "0" : <>{number(m.n_undefined)} <span class="quiet">({percent(m.n_undefined / (m.n + m.n_undefined))})</span></> },
  { key: "direction", title: "Better", sort: (m) => m.direction,
    cell: (m) => m.direction === "neutral" ? <span class="quiet">neutral</span> : m.direction === "higher_is_better" ? "higher" : "lower" },
];

const form: CsvForm<Measurement> = {
  name: "measurements",
  columns: ["id", "suite", "system", "metric", "label", "slice", "value", "undefined_reason", "low", "high", "confidence",
            "interval_method", "n", "n_undefined", "unit", "direction"],
  row: (m) => [m.id, m.suite, m.system, m.metric, m.label, m.slice, m.value, m.undefined_reason, m.interval?.low ?? null,
               m.interval?.high ?? null, m.interval?.confidence ?? null, m.interval?.method ?? "", m.n, m.n_undefined, m.unit, m.direction],
};

const choices: Choice<Measurement>[] = [
  { name: "Suite", of: (m) => m.suite },
  { name: "System", of: (m) => m.system },
  { name: "Metric", of: (m) => m.label },
  { name: "Slice", of: (m) => m.slice },
];

const textOf = (m: Measurement) =>
  [m.suite, m.system, m.label, m.metric, m.slice, exact(m.value), m.undefined_reason, words(m.direction)].join(" ");

export function Measurements() {
  const { measurements, report } = useLookup();
  const suites = useMemo(() => new Map(report.suites.map(({ info }) => [anchor("measurements-of", info.name), info.name])), [report]);
  return (
    <section id="measurements" aria-labelledby="measurements-title">
      <h2 id="measurements-title">All measurements</h2>
      <p class="quiet">Numbers show four digits; point at one, or take the CSV, for all. n is how many units entered, n undefined for how many the metric has no value by its own rule.</p>
      {measurements.length === 0 ? <p>There are no measurements.</p> : (
        <DataTable name="Measurements" rows={measurements} columns={report.suites.length > 1 ? columns : columns.slice(1)} csv={form} choices={choices} textOf={textOf}
          anchorOf={(m) => measurementAnchor(m.id)}
          preset={(id) => {
            const suite = suites.get(id);
            return suite === undefined ? null : { element: "measurements", chosen: { Suite: suite } };
          }} />
      )}
    </section>
  );
}
