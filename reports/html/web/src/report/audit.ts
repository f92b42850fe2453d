// The audit view that reports/attestation/audit_json.h writes: findings ordered by what reviewers have to answer for.

export interface AuditRecord {
  title: string;
  why: string;
  rows: [string, string][];
}

export interface AuditSection {
  id: string;
  title: string;
  summary: string;
  /** Findings of the report by id, and in which respect they are relevant. */
  findings: { id: string; why: string }[];
  records: AuditRecord[];
  no_evidence: string[];
  limits: string[];
  outside: string;
}

export interface AuditFramework {
  title: string;
  source: string;
  note: string;
  sections: AuditSection[];
}

export interface Audit {
  frameworks: AuditFramework[];
  /** Findings that the mapping assigns to no article, by id. */
  unmapped: string[];
  not_tested: { kind: string; what: string; why: string }[];
}
