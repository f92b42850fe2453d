// Numbers for people: four significant digits; whoever needs all of them takes the title or the CSV.
import type { Interval, Maybe } from "../report/report";

const minus = "\u2212";

function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
}

function unsigned(value: number): string {
  if (Number.isInteger(value) && value < 1e15) return grouped(String(value));
  if (value >= 1e4 && value < 1e15) return grouped(value.toFixed(0));
  if (value < 1e-4 || value >= 1e15) return value.toExponential(3).replace("e+", "e").replace("e-", `e${minus}`);
  return grouped(value.toPrecision(4));
}

/** "0.3421", "12,346", "3.214e−5"; "undefined" if there is no number. Whole numbers keep every digit. */
export function number(value: Maybe | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "undefined";
  return (value < 0 ? minus : "") + unsigned(Math.abs(value));
}

/** As `number` without zeros at the end: for axes and probabilities, where they would claim nothing. */
export function short(value: Maybe): string {
  return number(value).replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
}

/** As `number`, with the sign of a difference. */
export function signed(value: Maybe): string {
  return value !== null && value > 0 ? `+${number(value)}` : number(value);
}

export function percent(share: Maybe): string {
  if (share === null) return "undefined";
  return `${Number((share * 100).toPrecision(4))} %`;
}

/** "[0.331, 0.353]" */
export function range(interval: Interval, format: (value: Maybe) => string = number): string {
  return `[${format(interval.low)}, ${format(interval.high)}]`;
}

/** Every digit, for titles. */
export function exact(value: Maybe | undefined): string {
  return value === null || value === undefined ? "undefined" : String(value);
}

export function intervalTitle(interval: Interval): string {
  const level = interval.confidence === null ? "" : `${percent(interval.confidence)} interval `;
  return `${level}[${exact(interval.low)}, ${exact(interval.high)}]${interval.method ? `, ${interval.method}` : ""}`;
}

export function seconds(value: Maybe): string {
  return value === null ? "undefined" : `${number(value)} s`;
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

/** "not_supported" as "not supported". */
export function words(name: string): string {
  return name.replace(/_/g, " ");
}
