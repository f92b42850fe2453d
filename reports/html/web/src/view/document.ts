// The formats that `reports/json/comparison_fields.h` and `trend_fields.h` write, as types. Every double may be null.
import type { Direction, Interval, Maybe, SystemRole } from "../report/report";

export type Outcome = "better" | "worse" | "different" | "not_shown" | "not_compared";

export interface ComparedRun {
  label: string;
  name: string;
  run_id: string;
  source: string;
  tool_version: string;
  finished: string;
  machine: string;
  per_user: string;
}

export interface ComparedSystem {
  id: string;
  run: string;
  name: string;
  kind: string;
  role: SystemRole;
  is_reference: boolean;
}

export interface ComparedValue {
  system: string;
  suite: string;
  metric: string;
  label: string;
  slice: string;
  value: Maybe;
  undefined_reason: string;
  interval: Interval | null;
  n: number;
  unit: string;
  direction: Direction;
}

export interface Effect {
  system: string;
  suite: string;
  metric: string;
  label: string;
  slice: string;
  direction: Direction;
  unit: string;
  value: Maybe;
  reference_value: Maybe;
  difference: Maybe;
  interval: Interval | null;
  relative_difference: Maybe;
  relative_interval: Interval | null;
  effect_size: Maybe;
  effect_size_kind: string;
  p_value: Maybe;
  p_adjusted: Maybe;
  paired: boolean;
  basis: string;
  n: number;
  wins: Maybe;
  ties: Maybe;
  losses: Maybe;
  outcome: Outcome;
  undefined_reason: string;
}

export interface SystemCost {
  system: string;
  requests: number;
  training_seconds: Maybe;
  seconds_per_request: Maybe;
  latency_median: Maybe;
  latency_median_interval: Interval | null;
  latency_p95: Maybe;
  latency_p95_interval: Interval | null;
  latency_basis: string;
  tokens_per_request: Maybe;
  cost_per_request: Maybe;
}

export interface ListedItem {
  name: string;
  title: string;
  in_both: boolean;
}

export interface ExampleUser {
  pseudonym: string;
  reason: string;
  request: number;
  rank_biased_overlap: Maybe;
  overlap: Maybe;
  value: Maybe;
  reference_value: Maybe;
  list: ListedItem[];
  reference_list: ListedItem[];
}

export interface Disagreement {
  system: string;
  probe: string;
  k: number;
  n: number;
  one_sided: number;
  rank_biased_overlap: Maybe;
  rank_biased_overlap_interval: Interval | null;
  overlap: Maybe;
  overlap_interval: Interval | null;
  equal_lists: Maybe;
  metric: string;
  examples: ExampleUser[];
  not_measured_reason: string;
}

export interface RunComparison {
  schema_version: string;
  tool_version: string;
  reference: string;
  confidence: number;
  correction: string;
  method: string;
  measures: string[];
  notes: string[];
  runs: ComparedRun[];
  systems: ComparedSystem[];
  values: ComparedValue[];
  effects: Effect[];
  costs: SystemCost[];
  front: { x: string; y: string; systems: string[] };
  disagreements: Disagreement[];
}

export interface TrendPoint {
  run: number;
  name: string;
  finished: string;
  branch: string;
  commit: string;
  tags: string[];
  value: Maybe;
  interval: Interval | null;
  n: number;
}

export interface TrendMark {
  position: number;
  before_run: number;
  after_run: number;
  before: Maybe;
  after: Maybe;
  p_value: Maybe;
  level: Maybe;
  meaning: "better" | "worse" | "higher" | "lower";
}

export interface TrendSeries {
  system: string;
  suite: string;
  metric: string;
  label: string;
  slice: string;
  unit: string;
  direction: Direction;
  points: TrendPoint[];
  marks: TrendMark[];
}

export interface Trend {
  schema_version: string;
  tool_version: string;
  measure: string;
  history: string;
  branch: string;
  method: string;
  notes: string[];
  series: TrendSeries[];
}

export type Viewed = { kind: "comparison"; document: RunComparison } | { kind: "trend"; document: Trend };
