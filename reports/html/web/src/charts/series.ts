// One look per system wherever it is drawn: colour by place, shape by role, dashes once the colours repeat.
import type { SystemRole } from "../report/report";
import type { Lookup, SystemStyle } from "../report/lookup";

const colours = 8;
const dashes = ["", "6 3", "2 3", "8 3 2 3"];

export type Shape = "circle" | "square" | "triangle" | "diamond";

export function colourOf(style: SystemStyle): string {
  return style.role === "control" ? "var(--series-control)" : `var(--series-${style.place % colours})`;
}

export function dashOf(style: SystemStyle): string {
  if (style.role === "control") return "1 3";
  return dashes[Math.floor(style.place / colours) % dashes.length] ?? "";
}

export function shapeOf(role: SystemRole | null): Shape {
  switch (role) {
    case "candidate":
      return "circle";
    case "baseline":
      return "square";
    case "control":
      return "triangle";
    default:
      return "diamond";
  }
}

const roles: readonly string[] = ["candidate", "baseline", "control"];
const roleColours = ["var(--series-0)", "var(--series-1)", "var(--series-control)"];

export interface SeriesLook {
  colour: string;
  dash: string;
  shape: Shape;
}

/** How each value of a colour column is drawn: a system as everywhere, a role by its shape, what stands beside systems
    to compare them with in grey, others by order. */
export function looksOf(values: readonly string[], lookup: Lookup): (value: string) => SeriesLook {
  const systems = new Set(lookup.report.systems.map((system) => system.info.name));
  const others = values.filter((value) => !systems.has(value) && !roles.includes(value));
  const besideSystems = values.some((value) => systems.has(value));
  return (value) => {
    const role = roles.indexOf(value);
    if (systems.has(value)) {
      const style = lookup.system(value);
      return { colour: colourOf(style), dash: dashOf(style), shape: shapeOf(style.role) };
    }
    if (role >= 0) return { colour: roleColours[role] as string, dash: "", shape: shapeOf(value as SystemRole) };
    const place = Math.max(0, others.indexOf(value));
    if (besideSystems) {
      return { colour: "var(--series-control)", dash: dashes[1 + (place % 3)] ?? "", shape: place % 2 === 0 ? "diamond" : "triangle" };
    }
    const style: SystemStyle = { role: null, place };
    return { colour: colourOf(style), dash: dashOf(style), shape: others.length > 1 ? markOf(style.place) : "circle" };
  };
}

function markOf(place: number): Shape {
  return (["circle", "square", "triangle", "diamond"] as const)[place % 4] ?? "circle";
}
