// What a full metric name says, and which metrics a run is about.
import { anchor } from "../text/anchors";
import type { Measurement, Report } from "./report";

/** "ndcg" of "ndcg(gain=binary)@10". */
export function familyOf(metric: string): string {
  return metric.split(/[(@]/, 1)[0]?.trim() ?? metric;
}

export const definitionAnchor = (metric: string) => anchor("definition", familyOf(metric));

export interface KeyMetric {
  suite: string;
  metric: string;
  label: string;
  /** Measurement over everything by system. */
  values: Map<string, Measurement>;
}

/**
 * The metrics that gates name, that systems are compared on or that findings rest on, in this order; if there are none,
 * those measured on the most systems. At least three if there are as many, at most `limit`.
 */
export function keyMetrics(report: Report, limit: number): KeyMetric[] {
  const measured = new Map<string, KeyMetric>();
  const keyOf = (part: { suite: string; metric: string }) => JSON.stringify([part.suite, part.metric]);
  const keyOfId = new Map<string, string>();
  const systems = new Set(report.systems.map((system) => system.info.name));
  for (const suite of report.suites) {
    for (const m of suite.measurements) {
      if (m.slice !== "all" || !systems.has(m.system)) continue;
      const key = keyOf(m);
      keyOfId.set(m.id, key);
      const entry = measured.get(key) ?? { suite: m.suite, metric: m.metric, label: m.label, values: new Map() };
      entry.values.set(m.system, m);
      measured.set(key, entry);
    }
  }
  const wanted = new Set<string | undefined>();
  for (const gate of report.verdict?.gates ?? []) wanted.add(keyOfId.get(gate.measurement));
  for (const suite of report.suites) for (const comparison of suite.comparisons) wanted.add(keyOf(comparison));
  for (const suite of report.suites) {
    for (const finding of suite.findings) for (const id of finding.measurements) wanted.add(keyOfId.get(id));
  }
  const chosen = new Set([...wanted].flatMap((key) => measured.get(key ?? "") ?? []));
  const bySystems = [...measured.values()].sort((a, b) => b.values.size - a.values.size);
  for (const metric of bySystems) if (chosen.size < Math.min(3, limit)) chosen.add(metric);
  return [...chosen].slice(0, limit);
}
