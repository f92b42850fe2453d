// Links into the page: scrolls to the part a hash names, opens what hides it, and moves the focus there.
import { anchorOfHash } from "../text/anchors";
import { drawnNow } from "./printing";

/** Brings the part with this anchor into the page if it knows it, and says which element to go to. */
export type Revealer = (anchor: string) => string | null;

const revealers = new Set<Revealer>();

export function addRevealer(revealer: Revealer): () => void {
  revealers.add(revealer);
  return () => void revealers.delete(revealer);
}

function elementFor(anchor: string): HTMLElement | null {
  const there = document.getElementById(anchor);
  if (there) return there;
  let element: string | null = null;
  drawnNow(() => {
    for (const revealer of revealers) element ??= revealer(anchor);
  });
  return document.getElementById(element ?? anchor);
}

export function goTo(hash: string): void {
  const anchor = anchorOfHash(hash);
  const element = anchor ? elementFor(anchor) : null;
  if (!element) return;
  for (let above = element.parentElement; above; above = above.parentElement) {
    if (above instanceof HTMLDetailsElement) above.open = true;
  }
  if (element instanceof HTMLDetailsElement) element.open = true;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.scrollIntoView({ block: "start" });
  element.focus({ preventScroll: true });
}

export function followLinks(): void {
  addEventListener("hashchange", () => goTo(location.hash));
  // A second click on the same link changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link && link.getAttribute("href") === location.hash) goTo(location.hash);
  });
  if (location.hash) goTo(location.hash);
}
