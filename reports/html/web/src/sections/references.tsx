// Measurements and comparisons that something rests on, each with its number, interval and n.
import { Fold, Foreign, IntervalText, MetricName, SystemName, Value } from "../page/parts";
import { comparisonAnchor, measurementAnchor, useLookup } from "../report/lookup";
import { number, short, signed } from "../text/numbers";
import { visible } from "../text/visible";

const shownAtOnce = 6;

export function MeasurementReference({ id }: { id: string }) {
  const m = useLookup().measurement(id);
  if (!m) return <span><Foreign text={id} /> <span class="quiet">(not in this report)</span></span>;
  return (
    <>
      <SystemName name={m.system} />, <MetricName metric={m.metric} label={m.label} />
      {m.slice === "all" ? null : <>, <Foreign text={m.slice} /></>}:{" "}
      <strong><Value value={m.value} reason={m.undefined_reason} unit={m.unit} /></strong>{" "}
      {m.interval ? <><IntervalText interval={m.interval} /> </> : null}
      <span class="quiet">n = {number(m.n)}{m.n_undefined > 0 ? `, undefined for ${number(m.n_undefined)} more` : ""}</span>{" "}
      <a href={`#${measurementAnchor(id)}`}>in the table<span class="visually-hidden"> of measurements: {visible(`${m.label}, ${m.system}`)}</span></a>
    </>
  );
}

export function ComparisonReference({ id }: { id: string }) {
  const c = useLookup().comparison(id);
  if (!c) return <span><Foreign text={id} /> <span class="quiet">(not in this report)</span></span>;
  return (
    <>
      <SystemName name={c.first} /> minus <SystemName name={c.second} />, <MetricName metric={c.metric} label={c.label} />
      {c.slice === "all" ? null : <>, <Foreign text={c.slice} /></>}:{" "}
      <strong><Value value={c.difference} reason={c.undefined_reason} format={signed} /></strong>{" "}
      {c.interval ? <><IntervalText interval={c.interval} format={signed} /> </> : null}
      {c.p_adjusted !== null ? <>adjusted p = <Value value={c.p_adjusted} format={short} /> </> : null}
      <span class="quiet">n = {number(c.n)}</span>{" "}
      <a href={`#${comparisonAnchor(id)}`}>in the table<span class="visually-hidden"> of comparisons: {visible(`${c.label}, ${c.first} minus ${c.second}`)}</span></a>
    </>
  );
}

export function References({ measurements, comparisons }: { measurements: string[]; comparisons: string[] }) {
  const items = [
    ...measurements.map((id) => () => <MeasurementReference id={id} />),
    ...comparisons.map((id) => () => <ComparisonReference id={id} />),
  ];
  if (items.length === 0) return null;
  const list = (part: typeof items) => <ul class="references">{part.map((item) => <li>{item()}</li>)}</ul>;
  return (
    <div>
      <p class="lead-in">Rests on</p>
      {list(items.slice(0, shownAtOnce))}
      {items.length > shownAtOnce ? (
        <Fold summary={`${number(items.length - shownAtOnce)} more`}>{() => list(items.slice(shownAtOnce))}</Fold>
      ) : null}
    </div>
  );
}
