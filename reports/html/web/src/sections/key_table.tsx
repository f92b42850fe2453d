// The systems against the metrics that the run is about.
import { useMemo } from "preact/hooks";
import { IntervalText, MetricName, RoleName, SystemName, Value } from "../page/parts";
import { useLookup } from "../report/lookup";
import { keyMetrics, type KeyMetric } from "../report/metrics";
import type { Direction, Measurement, SystemSummary } from "../report/report";
import { number, words } from "../text/numbers";
import { visible } from "../text/visible";
import { DataTable, type Column } from "../table/data_table";

const metricLimit = 5;

/** Systems whose value no other under test surpasses; controls do not compete. */
function bestOf(metric: KeyMetric, systems: readonly SystemSummary[]): Set<string> {
  let best: number | null = null;
  let holders = new Set<string>();
  for (const { info, role } of systems) {
    const m = metric.values.get(info.name);
    if (role === "control" || !m || m.value === null || m.direction === "neutral") continue;
    const gain = m.direction === "higher_is_better" ? m.value : -m.value;
    if (best === null || gain > best) {
      best = gain;
      holders = new Set();
    }
    if (gain === best) holders.add(info.name);
  }
  return holders;
}

/** Where interval and value lie on the scale of the column. */
function Spread({ m, scale }: { m: Measurement; scale: readonly [number, number] }) {
  const width = 96;
  const at = (value: number) => 3 + ((value - scale[0]) / (scale[1] - scale[0] || 1)) * (width - 6);
  if (m.value === null || m.value < scale[0] || m.value > scale[1]) return null;
  const low = Math.max(scale[0], m.interval?.low ?? m.value);
  const high = Math.min(scale[1], m.interval?.high ?? m.value);
  return (
    <svg class="spread" viewBox={`0 0 ${width} 8`} width={width} height="8" aria-hidden="true">
      <path d={`M0 4H${width}`} stroke="var(--line)" />
      <path d={`M${at(low)} 4H${at(high)}`} stroke="var(--muted)" stroke-width="3" />
      <circle cx={at(m.value)} cy="4" r="3" fill="var(--ink)" />
    </svg>
  );
}

// Controls lie far off by design and would squeeze the systems that compete.
function scaleOf(metric: KeyMetric, systems: readonly SystemSummary[]): readonly [number, number] {
  const values = systems.filter(({ role }) => role !== "control").flatMap(({ info }) => {
    const m = metric.values.get(info.name);
    return [m?.value, m?.interval?.low, m?.interval?.high].filter((value): value is number => typeof value === "number");
  });
  return [Math.min(0, ...values), Math.max(...values, 0)];
}

const directions: Record<Direction, string> = {
  higher_is_better: "higher is better", lower_is_better: "lower is better", neutral: "",
};

function metricColumn(metric: KeyMetric, systems: readonly SystemSummary[], place: number, severalSuites: boolean): Column<SystemSummary> {
  const best = bestOf(metric, systems);
  const scale = scaleOf(metric, systems);
  const first = metric.values.values().next().value;
  return {
    key: `metric ${place}`,
    title: visible(metric.label),
    note: visible([severalSuites ? metric.suite : "", first?.unit ?? "", first ? directions[first.direction] : ""].filter(Boolean).join(", ")),
    numeric: true,
    sort: ({ info }) => metric.values.get(info.name)?.value ?? null,
    cell: ({ info }) => {
      const m = metric.values.get(info.name);
      if (!m) return <span class="quiet">not measured</span>;
      return (
        <>
          <span class={best.has(info.name) ? "best" : ""}>
            <Value value={m.value} reason={m.undefined_reason} />
            {best.has(info.name) ? <span class="best-mark"> best</span> : null}
          </span>
          {m.value !== null ? <div class="under"><IntervalText interval={m.interval} /></div> : null}
          <div class="under quiet">n = {number(m.n)}{m.n_undefined > 0 ? `, ${number(m.n_undefined)} undefined` : ""}</div>
          <Spread m={m} scale={scale} />
        </>
      );
    },
  };
}

export function KeyTable() {
  const { report } = useLookup();
  const { columns, metrics, form } = useMemo(() => {
    const metrics = keyMetrics(report, metricLimit);
    const columns: Column<SystemSummary>[] = [
      { key: "system", title: "System", rowHeader: true, sort: ({ info }) => info.name, cell: ({ info }) => <SystemName name={info.name} /> },
      { key: "role", title: "Role", sort: ({ role }) => words(role), cell: ({ role }) => <RoleName role={role} /> },
      ...metrics.map((metric, place) => metricColumn(metric, report.systems, place, report.suites.length > 1)),
    ];
    const form = {
      name: "key-metrics",
      columns: ["system", "role", ...metrics.flatMap(({ label }) => [label, `${label} low`, `${label} high`, `${label} n`])],
      row: ({ info, role }: SystemSummary) => [info.name, role, ...metrics.flatMap(({ values }) => {
        const m = values.get(info.name);
        return [m?.value ?? null, m?.interval?.low ?? null, m?.interval?.high ?? null, m?.n ?? null];
      })],
    };
    return { columns, metrics, form };
  }, [report]);
  return (
    <section id="systems-and-metrics" aria-labelledby="key-title">
      <h2 id="key-title">Systems and main metrics</h2>
      {metrics.length === 0 ? <p>Nothing was measured over everything.</p> : (
        <p class="quiet">
          Over all users. Definitions: {metrics.map(({ metric, label }, i) => <>{i > 0 ? ", " : ""}<MetricName metric={metric} label={label} /></>)}.
          The best value leaves out controls; whether a lead holds is for the comparisons to say.
        </p>
      )}
      <DataTable name="Systems and main metrics" rows={report.systems} columns={columns} csv={form} pageSize={25} />
    </section>
  );
}
