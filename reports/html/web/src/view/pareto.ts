// Measures as axes, and the systems that no other one beats on two of them at once.
import type { Direction, Interval, Maybe } from "../report/report";
import type { RunComparison } from "./document";

export interface Axis {
  key: string;
  label: string;
  unit: string;
  direction: Direction;
  values: ReadonlyMap<string, { value: number; interval: Interval | null }>;
}

export interface Point {
  system: string;
  x: number;
  y: number;
  xInterval: Interval | null;
  yInterval: Interval | null;
  stands: boolean;
}

const costs = [
  ["seconds_per_request", "seconds per request", "s"],
  ["latency_median", "median latency", "ms"],
  ["latency_p95", "95th percentile of latency", "ms"],
  ["training_seconds", "training time", "s"],
  ["tokens_per_request", "tokens per request", ""],
  ["cost_per_request", "cost per request", ""],
] as const;

/** Every measure over everything that has a better direction, and every cost that a system has. */
export function axesOf(comparison: RunComparison): Axis[] {
  const axes = new Map<string, Axis & { values: Map<string, { value: number; interval: Interval | null }> }>();
  for (const value of comparison.values) {
    if (value.slice !== "all" || value.direction === "neutral" || value.value === null) continue;
    const key = `${value.suite} ${value.metric}`;
    const axis = axes.get(key) ?? { key, label: value.label, unit: value.unit, direction: value.direction, values: new Map() };
    axis.values.set(value.system, { value: value.value, interval: value.interval });
    axes.set(key, axis);
  }
  for (const [key, label, unit] of costs) {
    const values = new Map<string, { value: number; interval: Interval | null }>();
    for (const cost of comparison.costs) {
      const value: Maybe = cost[key];
      if (value === null) continue;
      const interval = key === "latency_median" ? cost.latency_median_interval : key === "latency_p95" ? cost.latency_p95_interval : null;
      values.set(cost.system, { value, interval });
    }
    if (values.size > 0) axes.set(key, { key, label, unit, direction: "lower_is_better", values });
  }
  return [...axes.values()];
}

/** Whether no other point is at least as good on both and better on one; equal points do not beat each other. */
export function nonDominated(points: readonly { x: number; y: number }[], x: Direction, y: Direction): boolean[] {
  const good = (value: number, direction: Direction) => (direction === "lower_is_better" ? -value : value);
  return points.map((a) =>
    points.every((b) => {
      const byX = good(b.x, x) - good(a.x, x);
      const byY = good(b.y, y) - good(a.y, y);
      return byX < 0 || byY < 0 || (byX === 0 && byY === 0);
    }));
}

/** Systems that have both, in the order of the comparison. */
export function pointsOf(systems: readonly { id: string }[], x: Axis, y: Axis): Point[] {
  const points = systems.flatMap(({ id }) => {
    const atX = x.values.get(id);
    const atY = y.values.get(id);
    return atX && atY ? [{ system: id, x: atX.value, y: atY.value, xInterval: atX.interval, yInterval: atY.interval, stands: false }] : [];
  });
  const stands = nonDominated(points, x.direction, y.direction);
  return points.map((point, place) => ({ ...point, stands: stands[place] ?? false }));
}
