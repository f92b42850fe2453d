// On paper nothing can be opened: before printing, everything that is folded, paged or drawn late is shown.
import { options } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

const listeners = new Set<(printing: boolean) => void>();
let printing = false;

/** Runs changes of state and draws them before it returns. */
export function drawnNow(change: () => void): void {
  const later = options.debounceRendering;
  options.debounceRendering = (draw) => draw();
  try {
    change();
  } finally {
    if (later) options.debounceRendering = later;
    else delete options.debounceRendering;
  }
}

function setPrinting(now: boolean): void {
  if (printing === now) return;
  printing = now;
  drawnNow(() => listeners.forEach((listener) => listener(now)));
  const opened = "data-opened-to-print";
  if (now) {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.setAttribute("open", "");
      details.setAttribute(opened, "");
    }
  } else {
    for (const details of document.querySelectorAll(`details[${opened}]`)) {
      details.removeAttribute("open");
      details.removeAttribute(opened);
    }
  }
}

export function followPrinting(): void {
  addEventListener("beforeprint", () => setPrinting(true));
  addEventListener("afterprint", () => setPrinting(false));
}

export function usePrinting(): boolean {
  const [now, setNow] = useState(printing);
  useLayoutEffect(() => {
    listeners.add(setNow);
    return () => void listeners.delete(setNow);
  }, []);
  return now;
}
