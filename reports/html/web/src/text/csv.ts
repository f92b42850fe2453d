// Comma-separated values (RFC 4180) that a spreadsheet opens as data, never as a formula.
import type { Cell } from "../report/report";

// A spreadsheet takes text that opens with one of these for a formula, and formulas can send data away.
const formula = /^[=+\-@\t\r]/;

function field(cell: Cell | undefined): string {
  if (typeof cell === "number") return String(cell);
  if (cell === null || cell === undefined) return "NaN";
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Numbers keep all digits; a missing number is NaN, so that it is neither 0 nor blank. */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns.map(field).join(",")];
  for (const row of rows) lines.push(columns.map((_, at) => field(row[at])).join(","));
  return lines.join("\r\n") + "\r\n";
}

/** A file name without anything that a file system or shell reads into it. */
export function fileName(...parts: string[]): string {
  const name = parts
    .join("-")
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[-.]+|[-.]+$/g, "");
  return name.slice(0, 100) || "data";
}
