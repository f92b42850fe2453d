// A measure over the runs of a history, with marks where its mean changed.
import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { ink, upAxis, valueAxis } from "../charts/axes";
import { colourOf } from "../charts/series";
import { Foreign, Value } from "../page/parts";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import { anchor } from "../text/anchors";
import { count, number, short } from "../text/numbers";
import { visible } from "../text/visible";
import type { Trend, TrendMark, TrendPoint, TrendSeries } from "./document";
import { Range, ViewHead } from "./names";
import { PlotView } from "./plot_view";

interface Row extends TrendPoint {
  place: number;
  mark: TrendMark | null;
}

function rowsOf(series: TrendSeries): Row[] {
  return series.points.map((point, place) => ({ ...point, place, mark: series.marks.find((mark) => mark.position === place) ?? null }));
}

function reachOf(rows: readonly Row[]): [number, number] | undefined {
  const values = rows.flatMap((row) => [row.value, row.interval?.low, row.interval?.high]).filter((value): value is number => typeof value === "number");
  if (values.length === 0) return undefined;
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05] : [low, high];
}

// The mean of each part between marks.
function levelsOf(series: TrendSeries) {
  if (series.marks.length === 0) return [];
  const starts = [0, ...series.marks.map((mark) => mark.position)];
  return starts.map((start, place) => ({
    from: start,
    to: (starts[place + 1] ?? series.points.length) - 1,
    level: place === 0 ? series.marks[0]?.before ?? null : series.marks[place - 1]?.after ?? null,
  }));
}

function optionsOf(series: TrendSeries, rows: readonly Row[], colour: string) {
  return (width: number): Plot.PlotOptions => ({
    marginLeft: 62, marginRight: 24, marginTop: 30, marginBottom: 46,
    x: {
      ...valueAxis("run, oldest first", [0, Math.max(1, rows.length - 1)], width), nice: false, inset: 10, grid: false,
      ticks: rows.map((row) => row.place).filter((place) => place % Math.ceil(rows.length / Math.max(2, width / 60)) === 0),
      tickFormat: (place: number) => String(rows[place]?.run ?? ""),
    },
    y: { ...upAxis(visible(series.label), reachOf(rows)), inset: 8 },
    marks: [
      Plot.ruleX(series.marks, { x: (mark: TrendMark) => mark.position - 0.5, stroke: ink, strokeWidth: 1.5, strokeDasharray: "5 3" }),
      Plot.ruleY(levelsOf(series), { y: "level", x1: "from", x2: "to", stroke: "var(--muted)", strokeWidth: 1.5 }),
      Plot.ruleX(rows.filter((row) => row.interval), { x: "place", y1: (row: Row) => row.interval?.low, y2: (row: Row) => row.interval?.high, stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.7 }),
      Plot.line(rows, { x: "place", y: "value", stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.5 }),
      Plot.dot(rows, { x: "place", y: "value", r: 4, fill: colour, title: (row: Row) => visible(`run ${row.run} ${row.name}\n${row.finished}\n${number(row.value)}`) }),
      Plot.text(series.marks, {
        x: (mark: TrendMark) => mark.position - 0.5, frameAnchor: "top", dy: -4, fill: ink, stroke: "var(--paper)", strokeWidth: 4,
        text: (mark: TrendMark) => mark.meaning,
      }),
    ],
  });
}

const columns: Column<Row>[] = [
  { key: "run", title: "Run", numeric: true, sort: (row) => row.place, cell: (row) => number(row.run) },
  { key: "name", title: "Name", sort: (row) => row.name, rowHeader: true, cell: (row) => <Foreign text={row.name} /> },
  { key: "finished", title: "Finished", sort: (row) => row.finished, cell: (row) => <Foreign text={row.finished} /> },
  { key: "branch", title: "Branch", sort: (row) => row.branch, cell: (row) => <Foreign text={row.branch} /> },
  { key: "commit", title: "Commit", cell: (row) => <code><Foreign text={row.commit.slice(0, 12)} /></code> },
  { key: "tags", title: "Tags", sort: (row) => row.tags.join(" "), cell: (row) => <Foreign text={row.tags.join(", ")} /> },
  { key: "value", title: "Value", numeric: true, sort: (row) => row.value, cell: (row) => <><Value value={row.value} /> <span class="under quiet"><Range interval={row.interval} /></span></> },
  {
    key: "mark", title: "Change", sort: (row) => row.mark?.meaning ?? null,
    cell: (row) => row.mark === null ? "" : (
      <span class={row.mark.meaning === "better" ? "good" : row.mark.meaning === "worse" ? "bad" : ""}>
        {row.mark.meaning}: {number(row.mark.before)} to {number(row.mark.after)}, p {short(row.mark.p_value)}
      </span>
    ),
  },
];

const csvForm = (series: TrendSeries): CsvForm<Row> => ({
  name: `${series.system}-${series.label}`,
  columns: ["run", "name", "finished", "branch", "commit", "tags", "value", "low", "high", "n", "change", "p_value"],
  row: (row) => [row.run, row.name, row.finished, row.branch, row.commit, row.tags.join(" "), row.value, row.interval?.low ?? null,
    row.interval?.high ?? null, row.n, row.mark?.meaning ?? "", row.mark?.p_value ?? null],
});

function SeriesView({ series, place }: { series: TrendSeries; place: number }) {
  const rows = useMemo(() => rowsOf(series), [series]);
  const colour = colourOf({ role: null, place });
  const options = useMemo(() => optionsOf(series, rows, colour), [series]);
  const title = `${series.label} of ${series.system}${series.slice === "all" ? "" : ` on ${series.slice}`}`;
  return (
    <section id={anchor("series", `${place} ${series.system} ${series.label}`)}>
      <h2><Foreign text={title} /></h2>
      <p>
        {series.marks.length === 0 ? "No change is shown." : `${count(series.marks.length, "change")} of the mean.`}{" "}
        <span class="quiet"><Foreign text={series.metric} /></span>
      </p>
      <figure>
        <PlotView options={options} height={320} label={visible(`${title} over ${rows.length} runs; the table below has the same numbers.`)} />
      </figure>
      <DataTable name={title} rows={rows} columns={columns} csv={csvForm(series)} choices={[{ name: "Branch", of: (row) => row.branch }]}
        textOf={(row) => `${row.run} ${row.name} ${row.branch} ${row.commit} ${row.tags.join(" ")}`} />
    </section>
  );
}

export function TrendPage({ trend }: { trend: Trend }) {
  return (
    <>
      <a class="skip" href="#summary">Skip to the summary</a>
      <div class="layout">
        <nav aria-label="Contents" class="contents">
          <ul>
            <li><a href="#summary">Summary</a></li>
            {trend.series.map((series, place) => (
              <li><a href={`#${anchor("series", `${place} ${series.system} ${series.label}`)}`}><Foreign text={`${series.system}, ${series.label}`} /></a></li>
            ))}
          </ul>
        </nav>
        <main>
          <ViewHead kind="trend" title={<>Trend of <Foreign text={trend.measure} /></>} json={trend} file={`trend-${trend.measure}`}>
            <Foreign text={trend.history} />{trend.branch ? <>, branch <Foreign text={trend.branch} /></> : null}.{" "}
            <span class="quiet">recgauge <Foreign text={trend.tool_version} /></span>
          </ViewHead>
          <p>{trend.method}</p>
          {trend.notes.map((note) => <p class="notice"><Foreign text={note} /></p>)}
          {trend.series.map((series, place) => <SeriesView series={series} place={place} />)}
          <footer class="quiet">This page needs no network and sends nothing.</footer>
        </main>
      </div>
    </>
  );
}
