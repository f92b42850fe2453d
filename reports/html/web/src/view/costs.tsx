// What each system took, beside its quality; what was not measured says so.
import { Value } from "../page/parts";
import type { Interval, Maybe } from "../report/report";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import { visible } from "../text/visible";
import type { RunComparison, SystemCost } from "./document";
import { Range, SystemLabel } from "./names";

interface CostRow extends SystemCost {
  quality: Maybe;
  qualityInterval: Interval | null;
}

function Measured({ value, unit, reason }: { value: Maybe; unit: string; reason?: string }) {
  if (value !== null) return <Value value={value} unit={unit} />;
  return <span class="undefined" {...(reason ? { title: visible(reason) } : {})}>not measured</span>;
}

function Latency({ value, interval, reason }: { value: Maybe; interval: Interval | null; reason: string }) {
  return (
    <>
      <Measured value={value} unit="ms" reason={reason} />
      {value !== null ? <div class="under quiet"><Range interval={interval} /></div> : <div class="note-below quiet">{visible(reason)}</div>}
    </>
  );
}

const csvForm: CsvForm<CostRow> = {
  name: "costs",
  columns: ["system", "quality", "requests", "training_seconds", "seconds_per_request", "latency_median", "latency_p95", "latency_basis", "tokens_per_request", "cost_per_request"],
  row: (c) => [c.system, c.quality, c.requests, c.training_seconds, c.seconds_per_request, c.latency_median, c.latency_p95, c.latency_basis, c.tokens_per_request, c.cost_per_request],
};

export function Costs({ comparison }: { comparison: RunComparison }) {
  const label = comparison.front.y || comparison.measures[0] || "";
  const quality = new Map(comparison.values.filter((v) => v.slice === "all" && v.label === label).map((v) => [v.system, v]));
  const rows: CostRow[] = comparison.costs.map((cost) => ({
    ...cost, quality: quality.get(cost.system)?.value ?? null, qualityInterval: quality.get(cost.system)?.interval ?? null,
  }));
  const qualityColumn: Column<CostRow> = {
    key: "quality", title: visible(label), numeric: true, sort: (c) => c.quality,
    cell: (c) => <><Measured value={c.quality} unit="" />{c.quality !== null ? <div class="under quiet"><Range interval={c.qualityInterval} /></div> : null}</>,
  };
  const columns: Column<CostRow>[] = [
    { key: "system", title: "System", sort: (c) => c.system, rowHeader: true, cell: (c) => <SystemLabel id={c.system} /> },
    ...(label ? [qualityColumn] : []),
    { key: "each", title: "Per request", note: "batches answered together", numeric: true, sort: (c) => c.seconds_per_request, cell: (c) => <Measured value={c.seconds_per_request} unit="s" /> },
    { key: "median", title: "Median latency", numeric: true, sort: (c) => c.latency_median, cell: (c) => <Latency value={c.latency_median} interval={c.latency_median_interval} reason={c.latency_basis} /> },
    { key: "p95", title: "95th percentile", numeric: true, sort: (c) => c.latency_p95, cell: (c) => <Measured value={c.latency_p95} unit="ms" reason={c.latency_basis} /> },
    { key: "training", title: "Training", numeric: true, sort: (c) => c.training_seconds, cell: (c) => <Measured value={c.training_seconds} unit="s" /> },
    { key: "tokens", title: "Tokens", note: "per request", numeric: true, sort: (c) => c.tokens_per_request, cell: (c) => <Measured value={c.tokens_per_request} unit="" /> },
    { key: "cost", title: "Cost", note: "per request", numeric: true, sort: (c) => c.cost_per_request, cell: (c) => <Measured value={c.cost_per_request} unit="" /> },
  ];
  return (
    <section id="costs">
      <h2>Cost and latency beside quality</h2>
      <p>Times are those of each run on its machine; tokens and money are what the systems themselves said.</p>
      <DataTable name="Costs" rows={rows} columns={columns} csv={csvForm} />
    </section>
  );
}
