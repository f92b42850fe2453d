// Systems of several runs by name, colour and shape, and the head that both views share.
import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import { colourOf, shapeOf, type Shape } from "../charts/series";
import { download } from "../page/download";
import { Foreign, Mark } from "../page/parts";
import { rememberedTheme, setTheme, themes } from "../page/theme";
import type { Interval, Maybe } from "../report/report";
import { fileName } from "../text/csv";
import { intervalTitle, number, range } from "../text/numbers";
import { visible } from "../text/visible";
import type { ComparedSystem, RunComparison } from "./document";

export interface Look {
  colour: string;
  shape: Shape;
  system: ComparedSystem;
}

export type Looks = (id: string) => Look | undefined;

export function looksOf(comparison: RunComparison): Looks {
  const looks = new Map(comparison.systems.map((system, place) => [
    system.id, { colour: colourOf({ role: system.role, place }), shape: shapeOf(system.role), system }]));
  return (id) => looks.get(id);
}

export const LooksContext = createContext<Looks>(() => undefined);

/** The name, with the run that it is of. */
export function SystemLabel({ id }: { id: string }) {
  const look = useContext(LooksContext)(id);
  if (!look) return <Foreign text={id} />;
  return (
    <span class="compared">
      <span class="compared-name"><Mark shape={look.shape} colour={look.colour} /> <Foreign text={look.system.name} /></span>{" "}
      <span class="quiet"><Foreign text={look.system.run} />{look.system.is_reference ? ", reference" : ""}</span>
    </span>
  );
}

/** An interval in a table whose level the page states once. */
export function Range({ interval, format = number }: { interval: Interval | null; format?: (value: Maybe) => string }) {
  if (!interval) return <span class="quiet">no interval</span>;
  return <span class="interval" title={visible(intervalTitle(interval))}>{range(interval, format)}</span>;
}

function ThemeChoice() {
  const [theme, setChosen] = useState(rememberedTheme());
  return (
    <label class="theme">
      <span>Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = themes[event.currentTarget.selectedIndex] ?? "system";
          setTheme(chosen);
          setChosen(chosen);
        }}
      >
        {themes.map((name) => <option value={name}>{name}</option>)}
      </select>
    </label>
  );
}

export function ViewHead({ kind, title, json, file, children }: {
  kind: string;
  title: ComponentChildren;
  json: object;
  file: string;
  children: ComponentChildren;
}) {
  return (
    <header class="head">
      <div>
        <p class="quiet">recgauge {kind}</p>
        <h1 id="summary">{title}</h1>
        <div class="meta">{children}</div>
      </div>
      <div class="actions">
        <button type="button" onClick={() => download(fileName(file) + ".json", "application/json", JSON.stringify(json))}>
          Everything as JSON
        </button>
        <button type="button" onClick={() => print()}>Print</button>
        <ThemeChoice />
      </div>
    </header>
  );
}

/** A choice among texts of others: the place stands for the text. */
export function Select({ label, options, value, onChange }: {
  label: string;
  options: readonly string[];
  value: number;
  onChange: (place: number) => void;
}) {
  return (
    <label>
      <span>{label}</span>
      <select value={String(value)} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {options.map((text, place) => <option value={String(place)}>{text}</option>)}
      </select>
    </label>
  );
}
