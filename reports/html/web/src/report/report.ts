// The format that `reports/json/report_fields.h` writes, as types. Every double may be null: JSON has no NaN.

export type Direction = "higher_is_better" | "lower_is_better" | "neutral";
export type Severity = "info" | "low" | "medium" | "high" | "critical";
export type FindingStatus = "supported" | "not_supported" | "not_measured";
export type SystemRole = "candidate" | "baseline" | "control";
export type GateStatus = "pass" | "fail" | "inconclusive";
export type Cell = number | string | null;
export type Maybe = number | null;

export interface Interval {
  low: Maybe;
  high: Maybe;
  confidence: Maybe;
  method: string;
}

export interface Measurement {
  id: string;
  suite: string;
  system: string;
  metric: string;
  label: string;
  slice: string;
  value: Maybe;
  undefined_reason: string;
  interval: Interval | null;
  n: number;
  n_undefined: number;
  unit: string;
  direction: Direction;
}

export interface Comparison {
  id: string;
  suite: string;
  first: string;
  second: string;
  metric: string;
  label: string;
  slice: string;
  difference: Maybe;
  undefined_reason: string;
  interval: Interval | null;
  p_value: Maybe;
  p_adjusted: Maybe;
  test: string;
  correction: string;
  effect_size: Maybe;
  n: number;
  wins: number;
  ties: number;
  losses: number;
  direction: Direction;
}

export interface Control {
  name: string;
  expectation: string;
  observed: string;
  passed: boolean;
}

export interface Evidence {
  system: string;
  probe: string;
  sequences: number[];
}

export interface Finding {
  id: string;
  suite: string;
  claim: string;
  detail: string;
  severity: Severity;
  status: FindingStatus;
  measurements: string[];
  comparisons: string[];
  controls: Control[];
  evidence: Evidence[];
}

export interface Power {
  effect: Maybe;
  effect_unit: string;
  n: number;
  power: Maybe;
}

export interface CalibrationCertificate {
  probe: string;
  alpha: Maybe;
  false_alarm_rate: Maybe;
  false_alarm_interval: Interval | null;
  seeds: number;
  power: Power[];
  command: string;
}

export interface Figure {
  id: string;
  title: string;
  caption: string;
  kind: string;
  encoding: Partial<Record<string, string>>;
  columns: string[];
  rows: Cell[][];
}

export interface SuiteInfo {
  name: string;
  version: string;
  question: string;
  method: string;
  limits: string;
  references: string[];
}

export interface SuiteResult {
  info: SuiteInfo;
  measured: boolean;
  not_measured_reason: string;
  findings: Finding[];
  measurements: Measurement[];
  comparisons: Comparison[];
  certificates: CalibrationCertificate[];
  figures: Figure[];
}

export interface SystemSummary {
  info: { name: string; kind: string; description: string; reference: string; parameters: Record<string, string> };
  role: SystemRole;
  requests: number;
  outcomes: Record<string, number>;
  usage: { prompt_tokens: number; completion_tokens: number; cost: Maybe };
}

export interface DataSummary {
  origin: { name: string; loader: string; licence: string; files: { name: string; sha256: string }[] };
  content_hash: string;
  users: number;
  items: number;
  interactions: number;
  statistics: Record<string, Maybe>;
  load_report: Record<string, number>;
  known_issues: string[];
}

export interface AuditNote {
  name: string;
  count: number;
  of: number;
  sentence: string;
}

export interface SplitSummary {
  kind: string;
  parameters: Record<string, string>;
  hashes: Record<string, string>;
  counts: Record<string, number>;
  audit: AuditNote[];
  candidates: string;
  sampled_candidates: boolean;
}

export interface GateResult {
  gate: string;
  status: GateStatus;
  measurement: string;
  explanation: string;
  deciding_sample_size: number | null;
}

export interface Verdict {
  status: GateStatus;
  gates: GateResult[];
}

export interface Report {
  schema_version: string;
  run_id: string;
  name: string;
  verdict: Verdict | null;
  systems: SystemSummary[];
  suites: SuiteResult[];
  data: DataSummary;
  split: SplitSummary;
  /** Text by metric family: what it is and where it comes from. */
  definitions: Record<string, string>;
  provenance: {
    tool_version: string;
    config_hash: string;
    config: string;
    seed: number;
    library_versions: Record<string, string>;
  };
  environment: { facts: Record<string, string> };
  /** Absent in reports of older versions: suites. */
  timing: { seconds: Record<string, Maybe>; suites?: SuiteResult[] };
}

/** Worst first. */
export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
