// Every system against the reference: a chart of one measure, and the table of all.
import * as Plot from "@observablehq/plot";
import { useContext, useMemo, useState } from "preact/hooks";
import { categories, ink, valueAxis } from "../charts/axes";
import { chartOf } from "./effect_chart";
import { Foreign, Value } from "../page/parts";
import { DataTable, type Column, type CsvForm } from "../table/data_table";
import { number, percent, short, signed, words } from "../text/numbers";
import { visible } from "../text/visible";
import type { Effect, RunComparison } from "./document";
import { LooksContext, Range, Select, SystemLabel } from "./names";
import { PlotView } from "./plot_view";

const outcomeWords: Record<Effect["outcome"], string> = {
  better: "better", worse: "worse", different: "different", not_shown: "not shown", not_compared: "not compared",
};

function OutcomeText({ effect }: { effect: Effect }) {
  const tone = effect.outcome === "better" ? "good" : effect.outcome === "worse" ? "bad" : "quiet";
  return <span class={tone}>{outcomeWords[effect.outcome]}</span>;
}

function Counts({ effect }: { effect: Effect }) {
  if (effect.wins === null) return <span class="quiet">not paired</span>;
  return <>{number(effect.wins)} / {number(effect.ties)} / {number(effect.losses)}</>;
}

const columns: Column<Effect>[] = [
  { key: "label", title: "Measure", sort: (e) => e.label, rowHeader: true, cell: (e) => <span title={visible(e.metric)}><Foreign text={e.label} /></span> },
  { key: "slice", title: "Slice", sort: (e) => e.slice, cell: (e) => <Foreign text={e.slice} /> },
  { key: "system", title: "System", sort: (e) => e.system, cell: (e) => <SystemLabel id={e.system} /> },
  { key: "value", title: "Value", numeric: true, sort: (e) => e.value, cell: (e) => <Value value={e.value} unit={e.unit} /> },
  {
    key: "difference", title: "Difference", note: "system minus reference", numeric: true, sort: (e) => e.difference,
    cell: (e) => e.difference === null ? <Value value={null} reason={e.undefined_reason} /> : (
      <>
        <Value value={e.difference} format={signed} />
        <div class="under quiet"><Range interval={e.interval} /></div>
      </>
    ),
  },
  {
    key: "relative", title: "Relative", note: "of the reference", numeric: true, sort: (e) => e.relative_difference,
    cell: (e) => (
      <>
        <Value value={e.relative_difference} format={percent} />
        {e.relative_interval ? <div class="under quiet"><Range interval={e.relative_interval} format={percent} /></div> : null}
      </>
    ),
  },
  {
    key: "size", title: "Effect size", numeric: true, sort: (e) => e.effect_size,
    cell: (e) => <><Value value={e.effect_size} format={signed} /> <span class="quiet">{e.effect_size_kind}</span></>,
  },
  { key: "p", title: "p", note: "corrected", numeric: true, sort: (e) => e.p_adjusted, cell: (e) => (e.p_adjusted === null ? "" : short(Number(e.p_adjusted.toPrecision(2)))) },
  { key: "outcome", title: "Shown", sort: (e) => outcomeWords[e.outcome], cell: (e) => <OutcomeText effect={e} /> },
  { key: "wins", title: "Users", note: "better / equal / worse", numeric: true, sort: (e) => e.wins, cell: (e) => <Counts effect={e} /> },
  { key: "n", title: "n", numeric: true, sort: (e) => e.n, cell: (e) => <span title={visible(e.basis)}>{number(e.n)}</span> },
  { key: "basis", title: "Paired", sort: (e) => (e.paired ? "yes" : "no"), cell: (e) => <span title={visible(e.basis)}>{e.paired ? "yes" : "no"}</span> },
];

const csvForm: CsvForm<Effect> = {
  name: "effects",
  columns: ["suite", "metric", "label", "slice", "system", "value", "reference_value", "difference", "low", "high", "relative_difference",
    "relative_low", "relative_high", "effect_size", "effect_size_kind", "p_value", "p_adjusted", "outcome", "n", "wins", "ties", "losses", "basis"],
  row: (e) => [e.suite, e.metric, e.label, e.slice, e.system, e.value, e.reference_value, e.difference, e.interval?.low ?? null,
    e.interval?.high ?? null, e.relative_difference, e.relative_interval?.low ?? null, e.relative_interval?.high ?? null, e.effect_size,
    e.effect_size_kind, e.p_value, e.p_adjusted, words(e.outcome), e.n, e.wins, e.ties, e.losses, e.basis],
};

function EffectChart({ comparison }: { comparison: RunComparison }) {
  const looks = useContext(LooksContext);
  const labels = useMemo(() => [...new Set(comparison.effects.filter((e) => e.difference !== null).map((e) => e.label))], [comparison]);
  const [chosen, setChosen] = useState(0);
  const label = labels[chosen];
  const drawing = useMemo(() => chartOf(comparison, label ?? "", looks), [comparison, label]);
  if (label === undefined || drawing.rows.length === 0) return null;
  const options = (width: number): Plot.PlotOptions => {
    const names = categories(drawing.data, "y", width);
    const domain = drawing.domain;
    return {
      marginLeft: names.margin, marginRight: 16, marginTop: 8, marginBottom: 46,
      x: { ...valueAxis(`difference in ${visible(label)}`, domain, width - names.margin), inset: 6 },
      y: { type: "point", domain: names.names, label: null, tickFormat: names.tick, tickSize: 0, padding: 0.5 },
      marks: [Plot.ruleX([0], { stroke: ink }), ...drawing.marks],
    };
  };
  return (
    <figure id="effect-chart">
      <figcaption>
        <h3>Differences by slice</h3>
        <p class="quiet">System minus reference with its interval, on every slice. The line is no difference.</p>
      </figcaption>
      <div class="toolbar"><Select label="Measure" options={labels.map(visible)} value={chosen} onChange={setChosen} /></div>
      <Legend ids={drawing.systems} />
      <PlotView options={options} height={drawing.height}
        label={visible(`Differences in ${label} by slice and system; the table below has the same numbers.`)} />
    </figure>
  );
}

export function Legend({ ids }: { ids: readonly string[] }) {
  return <ul class="legend">{ids.map((id) => <li><SystemLabel id={id} /></li>)}</ul>;
}

export function Effects({ comparison }: { comparison: RunComparison }) {
  return (
    <section id="effects">
      <h2>Effects</h2>
      <p>
        Each system against <SystemLabel id={comparison.reference} />, with {percent(comparison.confidence)} intervals; p-values after{" "}
        <Foreign text={comparison.correction} />.
      </p>
      <EffectChart comparison={comparison} />
      <DataTable
        name="Effects" rows={comparison.effects} columns={columns} csv={csvForm}
        choices={[
          { name: "Measure", of: (e) => e.label }, { name: "Slice", of: (e) => e.slice },
          { name: "System", of: (e) => e.system }, { name: "Shown", of: (e) => outcomeWords[e.outcome] },
        ]}
        textOf={(e) => `${e.label} ${e.metric} ${e.slice} ${e.system}`}
      />
    </section>
  );
}
