// Reads a figure's tidy rows by the part each column plays in the chart. Columns are found by place: their names are
// text of others.
import type { Lookup } from "../report/lookup";
import type { Cell, Figure } from "../report/report";
import { looksOf, type SeriesLook } from "./series";

export type Row = readonly Cell[];

export interface ChartData {
  kind: string;
  rows: readonly Row[];
  label: (part: Part) => string;
  has: (part: Part) => boolean;
  text: (row: Row, part: Part) => string;
  number: (row: Row, part: Part) => number | null;
  /** What decides a row's colour and shape, "" if nothing does. */
  series: (row: Row) => string;
  look: (series: string) => SeriesLook;
  /** Series to explain beside the chart; empty if the axes name them. */
  legend: readonly string[];
}

export type Part = "x" | "y" | "low" | "high" | "color" | "facet";

export interface Panel {
  facet: string;
  data: ChartData;
}

const roles = new Set(["candidate", "baseline", "control"]);

function textOf(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? "undefined" : String(cell);
}

export function isNumeric(data: ChartData, part: Part): boolean {
  return data.has(part) && data.rows.some((row) => data.number(row, part) !== null) &&
    data.rows.every((row) => data.number(row, part) !== null || data.text(row, part) === "undefined");
}

export function chartData(figure: Figure, lookup: Lookup): ChartData {
  const place = (part: Part) => figure.columns.indexOf(figure.encoding[part] ?? "\u0000");
  const places: Record<Part, number> = {
    x: place("x"), y: place("y"), low: place("low"), high: place("high"), color: place("color"), facet: place("facet"),
  };
  const cell = (row: Row, part: Part): Cell | undefined => (places[part] < 0 ? undefined : row[places[part]]);
  const systems = new Set(lookup.report.systems.map((system) => system.info.name));
  const namesSystems = (at: number) => at >= 0 && figure.rows.some((row) => systems.has(textOf(row[at])));
  const colouredByRole = places.color >= 0 && figure.rows.every((row) => roles.has(textOf(row[places.color])));

  // A system looks the same in every chart: where rows are coloured by role, or by nothing, the system decides.
  let seriesAt = figure.kind === "heatmap" ? -1 : places.color;
  if (seriesAt < 0 || colouredByRole) {
    const system = [places.y, places.x].find(namesSystems);
    if (system !== undefined) seriesAt = system;
  }
  const series = (row: Row) => (seriesAt < 0 ? "" : textOf(row[seriesAt]));
  const values = seriesAt < 0 ? [] : [...new Set(figure.rows.map(series))];
  const named = seriesAt < 0 || seriesAt === places.y || seriesAt === places.x || values.length < 2;
  return {
    kind: figure.kind,
    rows: figure.rows,
    label: (part) => figure.encoding[part] ?? "",
    has: (part) => places[part] >= 0,
    text: (row, part) => textOf(cell(row, part)),
    number: (row, part) => {
      const value = cell(row, part);
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    },
    series,
    look: looksOf(values, lookup),
    legend: named ? [] : values,
  };
}

/** A panel for each value of the facet column, in order; one panel if there is none. */
export function panelsOf(data: ChartData): Panel[] {
  if (!data.has("facet")) return [{ facet: "", data }];
  const rows = new Map<string, Row[]>();
  for (const row of data.rows) {
    const facet = data.text(row, "facet");
    const there = rows.get(facet);
    if (there) there.push(row);
    else rows.set(facet, [row]);
  }
  return [...rows].map(([facet, part]) => ({ facet, data: { ...data, rows: part } }));
}

/** Smallest and largest number that the parts hold, for axes that panels share. */
export function extent(data: ChartData, parts: readonly Part[]): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const row of data.rows) {
    for (const part of parts) {
      const value = data.number(row, part);
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return undefined;
  return low === high ? [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05] : [low, high];
}

export function distinct(data: ChartData, part: Part): string[] {
  return [...new Set(data.rows.map((row) => data.text(row, part)))];
}
