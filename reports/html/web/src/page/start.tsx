// Draws a page out of the data that its file holds.
import { render, type ComponentChild } from "preact";
import { unpack } from "../report/unpack";
import { followLinks } from "./deep_link";
import { followPrinting } from "./printing";
import { rememberedTheme, setTheme } from "./theme";

/** The packed text in the element with this id. */
export function packedText(id: string): string {
  return unpack(document.getElementById(id)?.textContent ?? "");
}

/** Draws what `page` makes; where it throws, the file is damaged and the page says so. `holds` names what is missing. */
export function start(holds: string, page: () => ComponentChild): void {
  const place = document.getElementById("page") as HTMLElement;
  let drawn: ComponentChild;
  try {
    drawn = page();
  } catch {
    render(<main><h1>This file holds {holds}</h1><p>It may be cut off. Make it again with recgauge.</p></main>, place);
    return;
  }
  setTheme(rememberedTheme());
  followPrinting();
  render(drawn, place);
  followLinks();
}
