// Finds the parts of a report that others name: systems, measurements and comparisons by id, anchors.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Anchors, anchor } from "../text/anchors";
import type { Audit } from "./audit";
import { withTimedSuites } from "./timed";
import type { Comparison, Figure, Finding, Measurement, Report, SuiteResult, SystemRole } from "./report";

export interface SystemStyle {
  role: SystemRole | null;
  /** Place among the systems of its kind: chooses colour and dash. */
  place: number;
}

export interface Lookup {
  report: Report;
  audit: Audit | null;
  /** The values of report.json as JSON text. Made when it is asked for. */
  json: () => string;
  /** Digits of the seed: a 64-bit number is more than JavaScript holds. */
  seed: string;
  measurements: readonly Measurement[];
  comparisons: readonly Comparison[];
  findings: readonly Finding[];
  measurement: (id: string) => Measurement | undefined;
  comparison: (id: string) => Comparison | undefined;
  finding: (id: string) => Finding | undefined;
  system: (name: string) => SystemStyle;
  anchorOf: (part: Finding | Figure | SuiteResult) => string;
}

function byId<Part extends { id: string }>(parts: readonly Part[]): (id: string) => Part | undefined {
  let index: Map<string, Part> | undefined;
  return (id) => {
    index ??= new Map(parts.map((part) => [part.id, part]));
    return index.get(id);
  };
}

function systemStyles(report: Report): (name: string) => SystemStyle {
  const styles = new Map<string, SystemStyle>();
  let shown = 0;
  let controls = 0;
  for (const { info, role } of report.systems) {
    if (!styles.has(info.name)) styles.set(info.name, { role, place: role === "control" ? controls++ : shown++ });
  }
  return (name) => {
    const known = styles.get(name);
    if (known) return known;
    const style: SystemStyle = { role: null, place: shown++ };
    styles.set(name, style);
    return style;
  };
}

function anchorsOf(report: Report): (part: Finding | Figure | SuiteResult) => string {
  const anchors = new Anchors();
  const known = new Map<Finding | Figure | SuiteResult, string>();
  for (const suite of report.suites) {
    known.set(suite, anchors.next("suite", suite.info.name));
    for (const finding of suite.findings) known.set(finding, anchors.next("finding", finding.id));
    for (const figure of suite.figures) known.set(figure, anchors.next("figure", figure.id));
  }
  return (part) => known.get(part) ?? "";
}

function seedDigits(report: Report, text: string): string {
  // Quotes inside strings are escaped, so this key is never part of a text.
  const provenance = text.slice(text.lastIndexOf('"provenance":'));
  return /"seed":\s*(\d+)/.exec(provenance)?.[1] ?? String(report.provenance.seed);
}

function jsonOf(report: Report, seed: string): string {
  // A text that no report holds, as its own quotes would be escaped: the seed's digits go in as they are.
  const place = '\u0000"seed';
  const provenance = { ...report.provenance, seed: place };
  return JSON.stringify({ ...report, provenance }, null, 1).replace(JSON.stringify(place), () => seed);
}

/** `text` is the JSON from which `stored` was read. */
export function makeLookup(stored: Report, text: string, audit: Audit | null = null): Lookup {
  const report = withTimedSuites(stored);
  const measurements = report.suites.flatMap((suite) => suite.measurements);
  const comparisons = report.suites.flatMap((suite) => suite.comparisons);
  const seed = seedDigits(report, text);
  const findings = report.suites.flatMap((suite) => suite.findings);
  return {
    report,
    audit,
    json: () => jsonOf(stored, seed),
    seed,
    measurements,
    comparisons,
    findings,
    measurement: byId(measurements),
    comparison: byId(comparisons),
    finding: byId(findings),
    system: systemStyles(report),
    anchorOf: anchorsOf(report),
  };
}

export const measurementAnchor = (id: string) => anchor("measurement", id);
export const comparisonAnchor = (id: string) => anchor("comparison", id);
export const systemAnchor = (name: string) => anchor("system", name);

export const LookupContext = createContext<Lookup | null>(null);

export function useLookup(): Lookup {
  const lookup = useContext(LookupContext);
  if (!lookup) throw new Error("no report above this component");
  return lookup;
}
