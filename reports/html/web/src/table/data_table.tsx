// The one table of the page: sorted by its header buttons, filtered, and paged so that any number of rows opens at once.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { addRevealer } from "../page/deep_link";
import { download } from "../page/download";
import { Scroll } from "../page/parts";
import { usePrinting } from "../page/printing";
import type { Cell } from "../report/report";
import { csv, fileName } from "../text/csv";
import { number } from "../text/numbers";
import { visible } from "../text/visible";
import { filterRows, pageCount, sortRows, valuesOf, type Choice, type SortKey, type SortOrder } from "./rows";

export interface Column<Row> {
  key: string;
  title: string;
  note?: string;
  numeric?: boolean;
  sort?: (row: Row) => SortKey;
  cell: (row: Row) => ComponentChildren;
  rowHeader?: boolean;
}

export interface CsvForm<Row> {
  name: string;
  columns: readonly string[];
  row: (row: Row) => readonly Cell[];
}

interface Props<Row> {
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  csv?: CsvForm<Row>;
  choices?: readonly Choice<Row>[];
  textOf?: (row: Row) => string;
  anchorOf?: (row: Row) => string;
  /** Element id and choice that a link to "every row of" stands for. */
  preset?: (anchor: string) => { element: string; chosen: Record<string, string> } | null;
  pageSize?: number;
  note?: ComponentChildren;
}

const printedRows = 1000;

interface Sorting {
  column: string;
  order: SortOrder;
}

export function DataTable<Row>(props: Props<Row>) {
  const { rows, columns, choices = [], pageSize = 50 } = props;
  const [chosen, setChosen] = useState<Record<string, string | undefined>>({});
  const [text, setText] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [page, setPage] = useState(0);
  const printing = usePrinting();

  const textOf = useMemo(() => remembered(props.textOf ?? (() => "")), [rows]);
  const kept = useMemo(() => filterRows(rows, choices, chosen, text, textOf), [rows, chosen, text]);
  const sorted = useMemo(() => {
    const key = columns.find((column) => column.key === sorting?.column)?.sort;
    return sorting && key ? sortRows(kept, key, sorting.order) : kept;
  }, [kept, sorting]);

  const pages = pageCount(sorted.length, pageSize);
  const at = Math.min(page, pages - 1);
  const shown = printing ? sorted.slice(0, printedRows) : sorted.slice(at * pageSize, (at + 1) * pageSize);

  useReveal((anchor) => {
    const preset = props.preset?.(anchor);
    if (preset) {
      setChosen(preset.chosen);
      setText("");
      setPage(0);
      return preset.element;
    }
    if (!props.anchorOf) return null;
    const row = rows.findIndex((candidate) => props.anchorOf?.(candidate) === anchor);
    if (row < 0) return null;
    setChosen({});
    setText("");
    setSorting(null);
    setPage(Math.floor(row / pageSize));
    return anchor;
  });

  const ids = new Set<string>();
  const filterable = choices.length > 0 || props.textOf !== undefined;
  const filtered = text !== "" || Object.values(chosen).some((value) => value !== undefined);
  return (
    <div class="data-table">
      <div class="toolbar">
        {props.textOf ? (
          <label class="search">
            <span>Filter by text</span>
            <input type="search" value={text} onInput={(event) => { setText(event.currentTarget.value); setPage(0); }} />
          </label>
        ) : null}
        {choices.map((choice) => (
          <ChoiceList
            key={choice.name}
            choice={choice}
            rows={rows}
            value={chosen[choice.name]}
            onChange={(value) => { setChosen({ ...chosen, [choice.name]: value }); setPage(0); }}
          />
        ))}
        {filterable ? (
          <button type="button" disabled={!filtered} onClick={() => { setChosen({}); setText(""); setPage(0); }}>
            Clear filters
          </button>
        ) : null}
        {props.csv ? <CsvButton form={props.csv} rows={sorted} name={props.name} /> : null}
        {filterable ? (
          <output class="quiet">
            {kept.length === rows.length ? number(rows.length) : `${number(kept.length)} of ${number(rows.length)}`} rows
          </output>
        ) : null}
      </div>
      {props.note}
      <Scroll label={props.name}>
        <table>
          <caption class="visually-hidden">{visible(props.name)}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.key} column={column} sorting={sorting} onSort={(next) => { setSorting(next); setPage(0); }} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => {
              const id = props.anchorOf?.(row);
              const first = id !== undefined && !ids.has(id);
              if (first) ids.add(id);
              return (
                <tr {...(first ? { id, tabIndex: -1 } : {})}>
                  {columns.map((column) =>
                    column.rowHeader ? (
                      <th scope="row" class={column.numeric ? "numeric" : ""}>{column.cell(row)}</th>
                    ) : (
                      <td class={column.numeric ? "numeric" : ""}>{column.cell(row)}</td>
                    ),
                  )}
                </tr>
              );
            })}
            {shown.length === 0 ? <tr><td colSpan={columns.length}>No row matches.</td></tr> : null}
          </tbody>
        </table>
      </Scroll>
      {printing && sorted.length > shown.length ? (
        <p>The first {number(shown.length)} of {number(sorted.length)} rows are printed; report.json has all.</p>
      ) : null}
      {pages > 1 ? <Pager name={props.name} page={at} pages={pages} onChange={setPage} /> : null}
    </div>
  );
}

function remembered<Row>(of: (row: Row) => string): (row: Row) => string {
  const known = new Map<Row, string>();
  return (row) => {
    let text = known.get(row);
    if (text === undefined) known.set(row, (text = of(row).toLowerCase()));
    return text;
  };
}

function useReveal(reveal: (anchor: string) => string | null): void {
  const latest = useRef(reveal);
  latest.current = reveal;
  // Before the first paint: a link may already be waiting.
  useLayoutEffect(() => addRevealer((anchor) => latest.current(anchor)), []);
}

function Heading<Row>({ column, sorting, onSort }: {
  column: Column<Row>;
  sorting: Sorting | null;
  onSort: (sorting: Sorting) => void;
}) {
  const order = sorting?.column === column.key ? sorting.order : null;
  const first: SortOrder = column.numeric ? "descending" : "ascending";
  const next: SortOrder = order === null ? first : order === "ascending" ? "descending" : "ascending";
  return (
    <th scope="col" class={column.numeric ? "numeric" : ""} {...(order ? { "aria-sort": order } : {})}>
      {column.sort ? (
        <button type="button" class="sort" onClick={() => onSort({ column: column.key, order: next })}>
          {column.title}
          <span aria-hidden="true" class="arrow">{order === "ascending" ? "▲" : order === "descending" ? "▼" : "↕"}</span>
        </button>
      ) : (
        column.title
      )}
      {column.note ? <span class="note">{column.note}</span> : null}
    </th>
  );
}

function ChoiceList<Row>({ choice, rows, value, onChange }: {
  choice: Choice<Row>;
  rows: readonly Row[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const values = useMemo(() => valuesOf(rows, choice.of), [rows]);
  if (values.length < 2) return null;
  // The place stands for the value, so that no text of a report can be mistaken for "any".
  return (
    <label>
      <span>{choice.name}</span>
      <select
        value={value === undefined ? "any" : String(values.indexOf(value))}
        onChange={(event) => {
          const place = event.currentTarget.value;
          onChange(place === "any" ? undefined : values[Number(place)]);
        }}
      >
        <option value="any">any</option>
        {values.map((text, place) => <option value={String(place)}>{visible(text)}</option>)}
      </select>
    </label>
  );
}

export function CsvButton<Row>({ form, rows, name }: { form: CsvForm<Row>; rows: readonly Row[]; name: string }) {
  return (
    <button
      type="button"
      onClick={() => download(fileName(form.name) + ".csv", "text/csv", csv(form.columns, rows.map(form.row)))}
    >
      CSV<span class="visually-hidden"> of {visible(name)}</span>
    </button>
  );
}

function Pager({ name, page, pages, onChange }: {
  name: string;
  page: number;
  pages: number;
  onChange: (page: number) => void;
}) {
  return (
    <nav class="pager" aria-label={`Pages of ${visible(name)}`}>
      <button type="button" disabled={page === 0} onClick={() => onChange(0)}>First</button>
      <button type="button" disabled={page === 0} onClick={() => onChange(page - 1)}>Previous</button>
      <span aria-live="polite">Page {number(page + 1)} of {number(pages)}</span>
      <button type="button" disabled={page === pages - 1} onClick={() => onChange(page + 1)}>Next</button>
      <button type="button" disabled={page === pages - 1} onClick={() => onChange(pages - 1)}>Last</button>
    </nav>
  );
}
