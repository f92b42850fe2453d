// Small pieces that every section uses.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { colourOf, shapeOf, type Shape } from "../charts/series";
import { systemAnchor, useLookup } from "../report/lookup";
import { definitionAnchor } from "../report/metrics";
import type { Interval, Maybe, SystemRole } from "../report/report";
import { exact, intervalTitle, number, percent, range } from "../text/numbers";
import { visible } from "../text/visible";
import { usePrinting } from "./printing";

/** Text written by others: isolated, so that its direction ends with it, and without unseen characters. */
export function Foreign({ text }: { text: string }) {
  return <bdi>{visible(text)}</bdi>;
}

const outlines: Record<Shape, JSX.Element> = {
  circle: <circle cx="6" cy="6" r="4.5" />,
  square: <rect x="2" y="2" width="8" height="8" fill="none" stroke-width="2" />,
  triangle: <path d="M6 1.5L11 10.5H1Z" fill="none" stroke-width="1.8" stroke-linejoin="round" />,
  diamond: <path d="M6 1L11 6L6 11L1 6Z" />,
};

export function Mark({ shape, colour }: { shape: Shape; colour: string }) {
  return (
    <svg class="mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" fill={colour} stroke={colour}>
      {outlines[shape]}
    </svg>
  );
}

/** Name of a system with its colour and the shape of its role, linked to what is known of it. */
export function SystemName({ name, plain }: { name: string; plain?: boolean }) {
  const lookup = useLookup();
  const style = lookup.system(name);
  const text = <Foreign text={name} />;
  return (
    <span class="system">
      <Mark shape={shapeOf(style.role)} colour={colourOf(style)} />{" "}
      {plain || style.role === null ? text : <a href={`#${systemAnchor(name)}`}>{text}</a>}
      {style.role ? <span class="visually-hidden"> ({style.role})</span> : null}
    </span>
  );
}

export function RoleName({ role }: { role: SystemRole }) {
  return (
    <span class="role">
      <Mark shape={shapeOf(role)} colour="currentColor" /> {role}
    </span>
  );
}

export function MetricName({ metric, label }: { metric: string; label: string }) {
  return (
    <a href={`#${definitionAnchor(metric)}`} title={visible(metric)}>
      <Foreign text={label || metric} />
    </a>
  );
}

export function Value({ value, reason, unit, format = number }: {
  value: Maybe;
  reason?: string;
  unit?: string;
  format?: (value: Maybe) => string;
}) {
  if (value === null) {
    return (
      <span class="undefined">
        undefined{reason ? <>: <Foreign text={reason} /></> : null}
      </span>
    );
  }
  return (
    <span title={exact(value)}>
      {format(value)}
      {unit ? <span class="quiet"> <Foreign text={unit} /></span> : null}
    </span>
  );
}

export function IntervalText({ interval, format = number }: {
  interval: Interval | null;
  format?: (value: Maybe) => string;
}) {
  if (!interval) return <span class="quiet">no interval</span>;
  return (
    <span class="interval" title={visible(intervalTitle(interval))}>
      {range(interval, format)} <span class="quiet">{percent(interval.confidence)}</span>
    </span>
  );
}

/** Content that may be wider than the page scrolls by itself and can be reached by keyboard. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" role="group" tabIndex={0} aria-label={visible(label)}>
      {children}
    </div>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt><Foreign text={name} /></dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Folded content that is made only once it is asked for, or for printing. */
export function Fold({ summary, children, open }: {
  summary: ComponentChildren;
  children: () => ComponentChildren;
  open?: boolean;
}) {
  const [opened, setOpened] = useState(open ?? false);
  const printing = usePrinting();
  return (
    <details open={open ?? false} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>{summary}</summary>
      {opened || printing ? <div class="folded">{children()}</div> : null}
    </details>
  );
}
