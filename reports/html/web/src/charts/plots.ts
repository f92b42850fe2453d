// Draws each kind of figure with Observable Plot.
import * as Plot from "@observablehq/plot";
import { short } from "../text/numbers";
import { shortened } from "../text/visible";
import { categories, colour, describe, dots, ink, isLogarithmic, upAxis, valueAxis, type Frame } from "./axes";
import { distinct, extent, isNumeric, type ChartData, type Part, type Row } from "./chart_data";

type Draw = (data: ChartData, frame: Frame) => Plot.PlotOptions;

const rowHeight = 24;

/** Values lie along x: who encodes them along y has the chart turned. */
function sides(data: ChartData): { name: Part; value: Part } {
  return isNumeric(data, "y") && !isNumeric(data, "x") ? { name: "x", value: "y" } : { name: "y", value: "x" };
}

function withData(data: ChartData, ...parts: Part[]): ChartData {
  return { ...data, rows: data.rows.filter((row) => parts.every((part) => data.number(row, part) !== null)) };
}

function bySeries(data: ChartData): { series: string; rows: Row[] }[] {
  const groups = new Map<string, Row[]>();
  for (const row of data.rows) {
    const rows = groups.get(data.series(row));
    if (rows) rows.push(row);
    else groups.set(data.series(row), [row]);
  }
  return [...groups].map(([series, rows]) => ({ series, rows }));
}

// Several series in one row of a chart stand side by side.
function repeats(data: ChartData, name: Part): boolean {
  return distinct(data, name).length < data.rows.length && bySeries(data).length > 1;
}

const intervals: Draw = (all, frame) => {
  const { name, value } = sides(all);
  const data = withData(all, value);
  const names = categories(all, name, frame.width);
  const beside = repeats(data, name) ? bySeries(data) : [{ series: "", rows: [...data.rows] }];
  const step = 11;
  const y = (row: Row) => data.text(row, name);
  const marks = beside.flatMap(({ rows }, place) => {
    const dy = (place - (beside.length - 1) / 2) * step;
    const part = { ...data, rows };
    return [
      Plot.ruleY(withData(part, "low", "high").rows, {
        y, dy,
        x1: (row: Row) => data.number(row, "low"),
        x2: (row: Row) => data.number(row, "high"),
        stroke: colour(data), strokeWidth: 2,
      }),
      ...dots(part, (row) => data.number(row, value), y, { dy }),
    ];
  });
  return {
    height: names.names.length * Math.max(rowHeight, beside.length * step + 10) + 54,
    marginLeft: names.margin,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 46,
    x: { ...valueAxis(all.label(value), frame.x, frame.width - names.margin), inset: 6 },
    y: { type: "point", domain: names.names, label: null, tickFormat: names.tick, tickSize: 0, padding: 0.5 },
    marks,
  };
};

const bars: Draw = (all, frame) => {
  const { name, value } = sides(all);
  const data = withData(all, value);
  const names = categories(all, name, frame.width);
  const beside = repeats(data, name) ? bySeries(data) : [{ series: "", rows: [...data.rows] }];
  const thickness = beside.length > 1 ? 13 : 16;
  const height = beside.length * thickness;
  const y = (row: Row) => data.text(row, name);
  const domain = frame.x && ([Math.min(0, frame.x[0]), Math.max(0, frame.x[1])] as [number, number]);
  const marks = beside.flatMap(({ rows }, place) => [
    Plot.barX(rows, {
      y,
      x: (row: Row) => data.number(row, value),
      insetTop: place * thickness + 1,
      insetBottom: height - (place + 1) * thickness + 1,
      fill: colour(data),
      title: (row: Row) => describe(data, row),
    }),
    // A light edge, so that the interval is seen on a bar of any colour.
    ...[{ stroke: "var(--paper)", strokeWidth: 4 }, { stroke: ink, strokeWidth: 1.5 }].map((line) =>
      Plot.ruleY(withData({ ...data, rows }, "low", "high").rows, {
        y,
        dy: (place - (beside.length - 1) / 2) * thickness,
        x1: (row: Row) => data.number(row, "low"),
        x2: (row: Row) => data.number(row, "high"),
        ...line,
      })),
  ]);
  return {
    height: names.names.length * (height + 8) + 54,
    marginLeft: names.margin,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 46,
    x: valueAxis(all.label(value), domain, frame.width - names.margin),
    y: { type: "band", domain: names.names, label: null, tickFormat: names.tick, tickSize: 0, round: false,
         paddingInner: 8 / (height + 8), paddingOuter: 4 / (height + 8) },
    marks: [...marks, Plot.ruleX([0], { stroke: ink })],
  };
};

const xOf = (data: ChartData) =>
  isNumeric(data, "x") ? (row: Row) => data.number(row, "x") : (row: Row) => data.text(row, "x");

function xAxis(data: ChartData, frame: Frame): Plot.ScaleOptions {
  if (!isNumeric(data, "x")) {
    const names = distinct(data, "x");
    const each = (frame.width - 70) / Math.max(1, names.length);
    const turned = names.some((name) => shortened(name, 18).length * 6.6 > each);
    return { type: "point", domain: names, label: shortened(data.label("x"), 60), labelArrow: "none", labelAnchor: "center", padding: 0.5,
             tickFormat: (name: string) => shortened(name, 18), ...(turned ? { tickRotate: -40 } : {}) };
  }
  const logarithmic = isLogarithmic(frame.x);
  return {
    ...valueAxis(data.label("x") + (logarithmic ? " (logarithmic)" : ""), frame.x, frame.width),
    ...(logarithmic ? { type: "log" as const, ticks: 4 } : {}),
  };
}

function turnedMargin(data: ChartData): number {
  if (isNumeric(data, "x")) return 46;
  return Math.min(120, 52 + Math.max(...distinct(data, "x").map((name) => shortened(name, 18).length)) * 4.5);
}

const lines: Draw = (all, frame) => {
  const data = withData(all, "y");
  const x = xOf(data);
  const y = (row: Row) => data.number(row, "y");
  const marks = bySeries(data).flatMap(({ series, rows }) => {
    const look = data.look(series);
    const part = { ...data, rows };
    return [
      Plot.areaY(withData(part, "low", "high").rows, {
        x, y1: (row: Row) => data.number(row, "low"), y2: (row: Row) => data.number(row, "high"),
        fill: look.colour, fillOpacity: 0.14,
      }),
      Plot.lineY(rows, { x, y, stroke: look.colour, strokeWidth: 2, ...(look.dash ? { strokeDasharray: look.dash } : {}) }),
      ...(rows.length <= 40 ? dots(part, x, y, { r: 3.5 }) : []),
    ];
  });
  return {
    height: Math.min(340, Math.max(220, frame.width * 0.5)),
    marginLeft: 62,
    marginRight: 32,
    marginTop: 26,
    marginBottom: turnedMargin(data),
    x: xAxis(all, frame),
    y: upAxis(all.label("y"), frame.y),
    marks,
  };
};

// Points whose names do not run into another point's; the legend and the table name the others.
function withRoom(data: ChartData, frame: Frame, height: number): Row[] {
  const across = (row: Row) => position(data.number(row, "x"), frame.x) * (frame.width - 100);
  const up = (row: Row) => position(data.number(row, "y"), frame.y) * (height - 90);
  return data.rows.filter((row) =>
    data.rows.every((other) => other === row || Math.abs(up(row) - up(other)) > 14 ||
      Math.abs(across(row) - across(other)) > 20 + 7 * shortened(data.series(row), 24).length));
}

function position(value: number | null, range: [number, number] | undefined): number {
  return value === null || !range ? 0 : (value - range[0]) / (range[1] - range[0]);
}

const scatter: Draw = (all, frame) => {
  const data = withData(all, "x", "y");
  const x = (row: Row) => data.number(row, "x");
  const y = (row: Row) => data.number(row, "y");
  const height = Math.min(380, Math.max(240, frame.width * 0.55));
  const named = data.rows.length <= 14 && bySeries(data).length > 1 ? withRoom(data, frame, height) : [];
  const middle = frame.x ? (frame.x[0] + frame.x[1]) / 2 : 0;
  const side = (left: boolean) =>
    Plot.text(named.filter((row) => ((x(row) ?? 0) > middle) === left), {
      x, y, text: (row: Row) => shortened(data.series(row), 24),
      dx: left ? -9 : 9, textAnchor: left ? "end" : "start", fill: ink, stroke: "var(--paper)", strokeWidth: 3,
    });
  return {
    height,
    marginLeft: 62,
    marginTop: 26,
    marginBottom: 46,
    inset: 10,
    x: xAxis(all, frame),
    y: upAxis(all.label("y"), frame.y),
    marks: [...dots(data, x, y), side(false), side(true)],
  };
};

const histogram: Draw = (data, frame) => {
  const counted = data.has("y");
  const edged = counted && data.has("low") && data.has("high");
  const look = { fill: colour(data), fillOpacity: bySeries(data).length > 1 ? 0.45 : 0.85, stroke: colour(data) };
  const title = (row: Row) => describe(data, row);
  const y = (row: Row) => data.number(row, "y");
  const marks: Plot.Markish[] = [];
  if (edged) {
    marks.push(Plot.rectY(withData(data, "y", "low", "high").rows, {
      x1: (row: Row) => data.number(row, "low"), x2: (row: Row) => data.number(row, "high"), y, ...look, title, inset: 0.5,
    }));
  } else if (counted && isNumeric(data, "x")) {
    const at = [...new Set(data.rows.map((row) => data.number(row, "x") ?? 0))].sort((a, b) => a - b);
    const half = at.slice(1).reduce((least, value, i) => Math.min(least, value - (at[i] ?? 0)), Infinity) / 2;
    const reach = Number.isFinite(half) ? half : 0.5;
    marks.push(Plot.rectY(withData(data, "x", "y").rows, {
      x1: (row: Row) => (data.number(row, "x") ?? 0) - reach, x2: (row: Row) => (data.number(row, "x") ?? 0) + reach,
      y, ...look, title, inset: 0.5,
    }));
  } else if (counted) {
    marks.push(Plot.barY(withData(data, "y").rows, { x: (row: Row) => data.text(row, "x"), y, ...look, title }));
  } else {
    marks.push(Plot.rectY(withData(data, "x").rows,
      Plot.binX({ y: "count" }, { x: (row: Row) => data.number(row, "x"), ...look })));
  }
  const top = frame.y?.[1];
  const { domain: _, ...x } = xAxis(data, frame);
  return {
    height: Math.min(320, Math.max(220, frame.width * 0.45)),
    marginLeft: 62,
    marginTop: 26,
    marginBottom: turnedMargin(data),
    x: isNumeric(data, "x") || edged ? { ...x, type: "linear" } : { ...xAxis(data, frame), type: "band" },
    y: { ...upAxis(counted ? data.label("y") : "count", undefined), zero: true, ...(top && counted ? { domain: [0, top] } : {}) },
    marks: [...marks, Plot.ruleY([0], { stroke: ink })],
  };
};

const heatmap: Draw = (data, frame) => {
  const down = categories(data, "y", frame.width);
  const range = extent(data, ["color"]) ?? [0, 1];
  const most = Math.max(Math.abs(range[0]), Math.abs(range[1])) || 1;
  const diverging = range[0] < 0 && range[1] > 0;
  const strength = (value: number) =>
    diverging ? Math.abs(value) / most : (value - range[0]) / (range[1] - range[0] || 1);
  const across = distinct(data, "x");
  const each = (frame.width - down.margin - 16) / Math.max(1, across.length);
  const x = (row: Row) => data.text(row, "x");
  const y = (row: Row) => data.text(row, "y");
  const turned = across.some((name) => shortened(name, 18).length * 6.6 > each);
  return {
    height: down.names.length * 28 + (turned ? 124 : 60),
    marginLeft: down.margin,
    marginRight: 16,
    marginTop: 8,
    marginBottom: turned ? 108 : 46,
    x: { type: "band", domain: across, label: shortened(data.label("x"), 60), labelArrow: "none", labelAnchor: "center", tickSize: 0,
         tickFormat: (name: string) => shortened(name, 18), ...(turned ? { tickRotate: -40 } : {}) },
    y: { type: "band", domain: down.names, label: null, tickFormat: down.tick, tickSize: 0 },
    marks: [
      Plot.cell(data.rows, { x, y, fill: "none", stroke: "var(--line)", inset: 0.5 }),
      Plot.cell(withData(data, "color").rows, {
        x, y, inset: 0.5,
        fill: { value: (row: Row) => ((data.number(row, "color") ?? 0) < 0 && diverging ? "var(--heat-negative)" : "var(--heat)"),
                scale: null },
        // Never so strong that the number on it is hard to read.
        fillOpacity: { value: (row: Row) => 0.04 + 0.56 * strength(data.number(row, "color") ?? 0), scale: null },
        title: (row: Row) => describe(data, row),
      }),
      ...(each >= 46
        ? [Plot.text(data.rows, {
            x, y, fill: ink,
            text: (row: Row) => {
              const value = data.number(row, "color");
              if (value === null) return each >= 62 ? "undefined" : "undef.";
              return (diverging && value > 0 ? "+" : "") + short(Number(value.toPrecision(3)));
            },
          })]
        : []),
    ],
  };
};

const kinds: Record<string, Draw> = { interval: intervals, bar: bars, line: lines, scatter, histogram, heatmap };

export function isDrawn(data: ChartData): boolean {
  return Object.hasOwn(kinds, data.kind) && data.has("x") && (data.has("y") || data.kind === "histogram");
}

export function plotOptions(data: ChartData, frame: Frame): Plot.PlotOptions {
  const draw = kinds[data.kind];
  if (!draw) throw new Error(`no chart of kind ${data.kind}`);
  return { width: frame.width, className: "plot", ...draw(data, frame) };
}

/** Ranges that all panels of a figure share. */
export function sharedRanges(data: ChartData): Pick<Frame, "x" | "y"> {
  const { value } = sides(data);
  const along = data.kind === "interval" || data.kind === "bar";
  return {
    x: extent(data, along ? [value, "low", "high"] : ["x"]),
    y: extent(data, data.kind === "line" ? ["y", "low", "high"] : ["y"]),
  };
}

/** Draws the chart. Plot puts a style element into it, which the page's policy forbids and page.css replaces. */
export function drawPlot(options: Plot.PlotOptions, label: string): Element {
  const drawn = Plot.plot(options);
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", label);
  for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  return drawn;
}
