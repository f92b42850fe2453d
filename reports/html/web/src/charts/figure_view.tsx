// A figure: its chart in panels, a legend, and the same data as a table and as CSV.
import { useMemo, useState } from "preact/hooks";
import { Fold, Foreign, Mark, Scroll, Value } from "../page/parts";
import { CsvButton, DataTable, type Column } from "../table/data_table";
import { useLookup } from "../report/lookup";
import type { Cell, Figure } from "../report/report";
import { number } from "../text/numbers";
import { visible } from "../text/visible";
import { Chart } from "./chart";
import { chartData, panelsOf, type ChartData } from "./chart_data";
import { isDrawn, sharedRanges } from "./plots";

const drawnRows = 40;
const drawnPanels = 12;

export function FigureView({ figure }: { figure: Figure }) {
  const lookup = useLookup();
  const data = useMemo(() => chartData(figure, lookup), [figure]);
  const drawn = isDrawn(data) && figure.rows.length > 0;
  return (
    <figure id={lookup.anchorOf(figure)}>
      <figcaption>
        <h4><Foreign text={figure.title || figure.id} /></h4>
        {figure.caption ? <p class="quiet"><Foreign text={figure.caption} /></p> : null}
      </figcaption>
      {drawn ? <Panels figure={figure} data={data} /> : null}
      {figure.rows.length === 0 ? <p>This figure has no rows.</p> : null}
      {drawn ? (
        <div class="figure-data">
          <Fold summary={<>Data of this chart <span class="quiet">({number(figure.rows.length)} rows)</span></>}>
            {() => <FigureTable figure={figure} />}
          </Fold>
          <CsvButton form={csvOf(figure)} rows={figure.rows} name={figure.title || figure.id} />
        </div>
      ) : (
        <FigureTable figure={figure} />
      )}
    </figure>
  );
}

function csvOf(figure: Figure) {
  return { name: figure.id, columns: figure.columns, row: (row: Cell[]) => row };
}

function FigureTable({ figure }: { figure: Figure }) {
  const columns: Column<Cell[]>[] = figure.columns.map((name, at) => ({
    key: String(at),
    title: visible(name),
    numeric: figure.rows.some((row) => typeof row[at] === "number"),
    sort: (row) => row[at] ?? null,
    cell: (row) => {
      const cell = row[at];
      return typeof cell === "string" ? <Foreign text={cell} /> : <Value value={cell ?? null} />;
    },
  }));
  const name = `Data: ${figure.title || figure.id}`;
  return (
    <DataTable name={name} rows={figure.rows} columns={columns} pageSize={25}
      {...(figure.kind === "table" || !figure.encoding["x"] ? { csv: csvOf(figure) } : {})} />
  );
}

function Panels({ figure, data }: { figure: Figure; data: ChartData }) {
  const [all, setAll] = useState(false);
  const panels = useMemo(() => panelsOf(data), [data]);
  const ranges = useMemo(() => sharedRanges(data), [data]);
  const cut = (part: ChartData): ChartData => (all || !isLong(part) ? part : { ...part, rows: part.rows.slice(0, drawnRows) });
  const shown = useMemo(
    () => panels.slice(0, all ? panels.length : drawnPanels).map((panel) => ({ ...panel, data: cut(panel.data) })),
    [panels, all],
  );
  const rows = shown.reduce((sum, panel) => sum + panel.data.rows.length, 0);
  return (
    <>
      <Legend data={data} />
      <div class={panels.length > 1 ? "panels" : ""}>
        {shown.map(({ facet, data: part }) => (
          <div class="panel">
            {panels.length > 1 || facet ? <p class="panel-title"><span class="quiet"><Foreign text={data.label("facet")} /></span> <Foreign text={facet} /></p> : null}
            <Chart data={part} ranges={ranges}
              label={visible(`${figure.title}${facet ? `, ${facet}` : ""}. ${figure.kind} chart of ${part.rows.length} rows; the data table below has the same numbers.`)} />
          </div>
        ))}
      </div>
      {rows < data.rows.length ? (
        <p class="quiet">
          {number(rows)} of {number(data.rows.length)} rows are drawn; the data table has all.{" "}
          <button type="button" onClick={() => setAll(true)}>Draw all</button>
        </p>
      ) : null}
    </>
  );
}

function isLong(data: ChartData): boolean {
  return (data.kind === "interval" || data.kind === "bar") && data.rows.length > drawnRows;
}

function Legend({ data }: { data: ChartData }) {
  const [all, setAll] = useState(false);
  if (data.kind === "heatmap") {
    return (
      <p class="quiet">
        Colour: <Foreign text={data.label("color")} />; stronger is {data.rows.some((row) => (data.number(row, "color") ?? 0) < 0)
          ? "further from 0, the sign is in the number" : "higher"}.
      </p>
    );
  }
  if (data.legend.length === 0) return null;
  const shown = all ? data.legend : data.legend.slice(0, 16);
  return (
    <Scroll label={`Legend: ${data.label("color")}`}>
      <ul class="legend">
        {shown.map((series) => {
          const look = data.look(series);
          return (
            <li>
              {data.kind === "line" ? (
                <svg class="mark" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
                  <path d="M0 6H24" stroke={look.colour} stroke-width="2" stroke-dasharray={look.dash} />
                </svg>
              ) : null}
              <Mark shape={look.shape} colour={look.colour} /> <Foreign text={series} />
            </li>
          );
        })}
        {shown.length < data.legend.length ? (
          <li><button type="button" onClick={() => setAll(true)}>{number(data.legend.length - shown.length)} more</button></li>
        ) : null}
      </ul>
    </Scroll>
  );
}
