// Filtering, sorting and paging of table rows, free of any markup.

export type SortKey = number | string | null;
export type SortOrder = "ascending" | "descending";

export interface Choice<Row> {
  name: string;
  of: (row: Row) => string;
}

/** Distinct values in order of appearance. */
export function valuesOf<Row>(rows: readonly Row[], of: (row: Row) => string): string[] {
  const values = new Set<string>();
  for (const row of rows) values.add(of(row));
  return [...values];
}

/** Rows that have every chosen value and hold every word of the text, in any case. */
export function filterRows<Row>(
  rows: readonly Row[],
  choices: readonly Choice<Row>[],
  chosen: Readonly<Record<string, string | undefined>>,
  text: string,
  textOf: (row: Row) => string,
): readonly Row[] {
  const active = choices.filter((choice) => chosen[choice.name] !== undefined);
  const sought = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (active.length === 0 && sought.length === 0) return rows;
  return rows.filter((row) => {
    if (!active.every((choice) => choice.of(row) === chosen[choice.name])) return false;
    if (sought.length === 0) return true;
    const held = textOf(row);
    return sought.every((word) => held.includes(word));
  });
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

/** Stable; rows without a value stay last in either order. */
export function sortRows<Row>(rows: readonly Row[], key: (row: Row) => SortKey, order: SortOrder): Row[] {
  const sign = order === "ascending" ? 1 : -1;
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compare(a.key, b.key);
    })
    .map(({ row }) => row);
}

export function pageCount(rows: number, size: number): number {
  return Math.max(1, Math.ceil(rows / size));
}
