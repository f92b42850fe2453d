// Two chosen measures against each other: who is beaten on both, and who is not.
import * as Plot from "@observablehq/plot";
import { useContext, useMemo, useState } from "preact/hooks";
import { ink, isLogarithmic, upAxis, valueAxis } from "../charts/axes";
import type { Shape } from "../charts/series";
import { Foreign, Value } from "../page/parts";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import { number } from "../text/numbers";
import { shortened, visible } from "../text/visible";
import type { RunComparison } from "./document";
import { Legend } from "./effects";
import { LooksContext, Range, Select, SystemLabel, type Looks } from "./names";
import { axesOf, pointsOf, type Axis, type Point } from "./pareto";
import { PlotView } from "./plot_view";

const height = 400;

function titleOf(axis: Axis): string {
  const better = axis.direction === "lower_is_better" ? "lower is better" : "higher is better";
  return `${visible(axis.label)}${axis.unit ? `, ${visible(axis.unit)}` : ""} (${better})`;
}

function reachOf(values: readonly (number | null | undefined)[]): [number, number] | undefined {
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (known.length === 0) return undefined;
  const low = Math.min(...known);
  const high = Math.max(...known);
  return low === high ? [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05] : [low, high];
}

// The edge of what is reached: the points that stand, from left to right.
function edgeOf(points: readonly Point[]): Point[] {
  return points.filter((point) => point.stands).sort((a, b) => a.x - b.x || a.y - b.y);
}

function marksOf(points: readonly Point[], looks: Looks, width: number): Plot.Markish[] {
  const colour = { value: (point: Point) => looks(point.system)?.colour ?? "currentColor", scale: null };
  const shapes: Shape[] = ["circle", "square", "triangle", "diamond"];
  return [
    Plot.line(edgeOf(points), { x: "x", y: "y", stroke: "var(--muted)", strokeWidth: 1.5, strokeDasharray: "4 3" }),
    Plot.ruleY(points.filter((p) => p.xInterval), { y: "y", x1: (p: Point) => p.xInterval?.low, x2: (p: Point) => p.xInterval?.high, stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.7 }),
    Plot.ruleX(points.filter((p) => p.yInterval), { x: "x", y1: (p: Point) => p.yInterval?.low, y2: (p: Point) => p.yInterval?.high, stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.7 }),
    Plot.dot(points.filter((p) => p.stands), { x: "x", y: "y", r: 9, stroke: ink, strokeWidth: 1.2, fill: "none" }),
    ...shapes.map((shape) => Plot.dot(points.filter((p) => looks(p.system)?.shape === shape), {
      x: "x", y: "y", symbol: shape, r: 4.5, stroke: colour, strokeWidth: 2,
      fill: shape === "circle" || shape === "diamond" ? colour : "var(--paper)",
      title: (p: Point) => visible(`${p.system}\n${number(p.x)}, ${number(p.y)}${p.stands ? "\nnot beaten on both" : ""}`),
    } as Plot.DotOptions)),
    ...(width > 500 ? [Plot.text(points.filter((p) => p.stands), {
      x: "x", y: "y", dy: -16, fill: ink, stroke: "var(--paper)", strokeWidth: 4,
      text: (p: Point) => shortened(looks(p.system)?.system.name ?? p.system, 24),
    })] : []),
  ];
}

function columnsOf(x: Axis, y: Axis): Column<Point>[] {
  const cell = (value: number, unit: string, interval: Point["xInterval"]) => (
    <>
      <Value value={value} unit={unit} />
      <div class="under quiet"><Range interval={interval} /></div>
    </>
  );
  return [
    { key: "system", title: "System", sort: (p) => p.system, rowHeader: true, cell: (p) => <SystemLabel id={p.system} /> },
    { key: "y", title: visible(y.label), numeric: true, sort: (p) => p.y, cell: (p) => cell(p.y, y.unit, p.yInterval) },
    { key: "x", title: visible(x.label), numeric: true, sort: (p) => p.x, cell: (p) => cell(p.x, x.unit, p.xInterval) },
    { key: "stands", title: "Beaten on both", sort: (p) => (p.stands ? "no" : "yes"), cell: (p) => (p.stands ? <strong class="good">no</strong> : "yes") },
  ];
}

const csvForm: CsvForm<Point> = {
  name: "pareto",
  columns: ["system", "x", "x_low", "x_high", "y", "y_low", "y_high", "not_dominated"],
  row: (p) => [p.system, p.x, p.xInterval?.low ?? null, p.xInterval?.high ?? null, p.y, p.yInterval?.low ?? null, p.yInterval?.high ?? null, p.stands ? "yes" : "no"],
};

export function Pareto({ comparison }: { comparison: RunComparison }) {
  const looks = useContext(LooksContext);
  const axes = useMemo(() => axesOf(comparison), [comparison]);
  const placeOf = (label: string, otherwise: number) => {
    const place = axes.findIndex((axis) => axis.label === label);
    return place < 0 ? Math.min(otherwise, Math.max(0, axes.length - 1)) : place;
  };
  const [xPlace, setX] = useState(() => placeOf(comparison.front.x, 1));
  const [yPlace, setY] = useState(() => placeOf(comparison.front.y, 0));
  const x = axes[xPlace];
  const y = axes[yPlace];
  const points = useMemo(() => (x && y ? pointsOf(comparison.systems, x, y) : []), [comparison, x, y]);
  const options = useMemo(() => (width: number): Plot.PlotOptions => {
    const xReach = reachOf(points.flatMap((p) => [p.x, p.xInterval?.low, p.xInterval?.high]));
    const yReach = reachOf(points.flatMap((p) => [p.y, p.yInterval?.low, p.yInterval?.high]));
    const logarithmic = isLogarithmic(xReach);
    return {
      marginLeft: 62, marginRight: 24, marginTop: 30, marginBottom: 46,
      x: { ...valueAxis((x ? titleOf(x) : "") + (logarithmic ? ", logarithmic" : ""), xReach, width), inset: 12, ...(logarithmic ? { type: "log" as const, ticks: 4 } : {}) },
      y: { ...upAxis(y ? titleOf(y) : "", yReach), inset: 12 },
      marks: marksOf(points, looks, width),
    };
  }, [points]);
  const missing = comparison.systems.length - points.length;
  if (!x || !y) return <section id="pareto"><h2>Two measures at once</h2><p>No measure with a better direction was compared.</p></section>;
  return (
    <section id="pareto">
      <h2>Two measures at once</h2>
      <p>
        A ring and the dashed line mark the systems that no other one beats on both measures (Pareto). Intervals are those of the runs: where
        they overlap, the order of two systems is not shown.
      </p>
      <div class="toolbar">
        <Select label="Across" options={axes.map((axis) => visible(axis.label))} value={xPlace} onChange={setX} />
        <Select label="Up" options={axes.map((axis) => visible(axis.label))} value={yPlace} onChange={setY} />
      </div>
      {points.length > 0 ? (
        <figure>
          <Legend ids={points.map((point) => point.system)} />
          <PlotView options={options} height={height} label={`${titleOf(y)} by ${titleOf(x)}, ${points.length} systems; the table below has the same numbers.`} />
        </figure>
      ) : <p>No system has both.</p>}
      {missing > 0 ? <p class="quiet"><Foreign text={`${missing} of ${comparison.systems.length} systems have not measured both.`} /></p> : null}
      <DataTable name="Systems on the two measures" rows={points} columns={columnsOf(x, y)} csv={csvForm} pageSize={25} />
    </section>
  );
}
