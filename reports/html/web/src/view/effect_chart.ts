// The marks of the chart of differences: a row a slice, the systems side by side in it.
import * as Plot from "@observablehq/plot";
import { dots, type Categories } from "../charts/axes";
import { distinct, extent, type ChartData, type Part, type Row } from "../charts/chart_data";
import type { RunComparison } from "./document";
import type { Looks } from "./names";

export interface EffectDrawing {
  rows: readonly Row[];
  systems: string[];
  data: ChartData;
  marks: Plot.Markish[];
  domain: [number, number] | undefined;
  height: number;
}

export type { Categories };

const places: Record<Part, number> = { y: 0, x: 1, low: 2, high: 3, color: 4, facet: -1 };
const labels: Record<Part, string> = { y: "slice", x: "difference", low: "low", high: "high", color: "system", facet: "" };
const step = 11;

function dataOf(rows: readonly Row[], looks: Looks): ChartData {
  const cell = (row: Row, part: Part) => (places[part] < 0 ? null : row[places[part]] ?? null);
  return {
    kind: "interval",
    rows,
    label: (part) => labels[part],
    has: (part) => places[part] >= 0,
    text: (row, part) => { const value = cell(row, part); return value === null ? "undefined" : String(value); },
    number: (row, part) => { const value = cell(row, part); return typeof value === "number" ? value : null; },
    series: (row) => String(row[4]),
    look: (id) => { const look = looks(id); return { colour: look?.colour ?? "currentColor", dash: "", shape: look?.shape ?? "circle" }; },
    legend: [],
  };
}

export function chartOf(comparison: RunComparison, label: string, looks: Looks): EffectDrawing {
  const rows: Row[] = comparison.effects
    .filter((effect) => effect.label === label && effect.difference !== null)
    .map((effect) => [effect.slice, effect.difference, effect.interval?.low ?? null, effect.interval?.high ?? null, effect.system]);
  const data = dataOf(rows, looks);
  const systems = [...new Set(rows.map((row) => String(row[4])))];
  const slices = distinct(data, "y");
  const marks = systems.flatMap((system, place) => {
    const dy = (place - (systems.length - 1) / 2) * step;
    const part = dataOf(rows.filter((row) => row[4] === system), looks);
    const colour = looks(system)?.colour ?? "currentColor";
    const bounded = part.rows.filter((row) => row[2] !== null && row[3] !== null);
    return [
      Plot.ruleY(bounded, { y: (row: Row) => String(row[0]), dy, x1: (row: Row) => row[2], x2: (row: Row) => row[3], stroke: colour, strokeWidth: 2 }),
      ...dots(part, (row) => part.number(row, "x"), (row) => part.text(row, "y"), { dy }),
    ];
  });
  const reach = extent(data, ["x", "low", "high"]);
  const domain: [number, number] | undefined = reach && [Math.min(0, reach[0]), Math.max(0, reach[1])];
  return { rows, systems, data, marks, domain, height: slices.length * Math.max(24, systems.length * step + 10) + 54 };
}
