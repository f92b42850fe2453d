// Axes and dots that the charts share.
import * as Plot from "@observablehq/plot";
import { short } from "../text/numbers";
import { shortened, visible } from "../text/visible";
import { distinct, type ChartData, type Part, type Row } from "./chart_data";
import type { Shape } from "./series";

export const ink = "var(--ink)";
const glyph = 6.6;

export interface Frame {
  width: number;
  /** Range of the numeric axes over all panels. */
  x: [number, number] | undefined;
  y: [number, number] | undefined;
}

export interface Categories {
  names: string[];
  margin: number;
  tick: (name: string) => string;
}

/** Names down the left side, cut so that they take at most a third of a narrow chart. */
export function categories(data: ChartData, part: Part, width: number): Categories {
  const names = distinct(data, part);
  const room = Math.max(8, Math.min(30, Math.floor(width / 3 / glyph)));
  const longest = names.reduce((most, name) => Math.max(most, shortened(name, room).length), 0);
  return { names, margin: Math.ceil(longest * glyph) + 16, tick: (name) => shortened(name, room) };
}

export function valueAxis(label: string, domain: [number, number] | undefined, width: number): Plot.ScaleOptions {
  return {
    label: shortened(label, 60),
    labelAnchor: "center",
    labelArrow: "none",
    grid: true,
    nice: true,
    ticks: Math.max(3, Math.min(8, Math.floor(width / 90))),
    tickFormat: (value: number) => short(value),
    ...(domain ? { domain } : {}),
  };
}

/** The axis up the left side has its name above it, where it can be read without turning the head. */
export function upAxis(label: string, domain: [number, number] | undefined): Plot.ScaleOptions {
  return { ...valueAxis(label, domain, 400), labelAnchor: "top" };
}

export function isLogarithmic(domain: [number, number] | undefined): boolean {
  return domain !== undefined && domain[0] > 0 && domain[1] / domain[0] >= 500;
}

const symbols: Record<Shape, Plot.SymbolType> = {
  circle: "circle", square: "square", triangle: "triangle", diamond: "diamond",
};

/** Dots in the shape of their series; candidates are full, baselines and controls hollow. */
export function dots(data: ChartData, x: Accessor, y: Accessor, more: Plot.DotOptions = {}): Plot.Markish[] {
  return (Object.keys(symbols) as Shape[]).map((shape) =>
    Plot.dot(data.rows.filter((row) => data.look(data.series(row)).shape === shape), {
      x,
      y,
      symbol: symbols[shape],
      r: 4.5,
      strokeWidth: 2,
      stroke: colour(data),
      fill: shape === "circle" || shape === "diamond" ? colour(data) : "var(--paper)",
      title: (row: Row) => describe(data, row),
      ...more,
    } as Plot.DotOptions),
  );
}

export type Accessor = (row: Row) => number | string | null;

export function colour(data: ChartData): Plot.ChannelValueSpec {
  return { value: (row: Row) => data.look(data.series(row)).colour, scale: null };
}

export function describe(data: ChartData, row: Row): string {
  const parts: Part[] = ["facet", "y", "x", "low", "high", "color"];
  return parts
    .filter((part) => data.has(part))
    .map((part) => `${visible(data.label(part))}: ${visible(data.text(row, part))}`)
    .join("\n");
}
