// Reads the document out of the page and draws the view of its kind.
import { render } from "preact";
import { followLinks } from "../page/deep_link";
import { followPrinting } from "../page/printing";
import { rememberedTheme, setTheme } from "../page/theme";
import { fromColumns } from "../report/columns";
import { unpack } from "../report/unpack";
import { ComparePage } from "./compare_page";
import type { Viewed } from "./document";
import { TrendPage } from "./trend_page";

const place = document.getElementById("page") as HTMLElement;

function read(): Viewed | null {
  const element = document.getElementById("document");
  try {
    return { kind: element?.dataset.kind, document: fromColumns(unpack(element?.textContent ?? "")) } as Viewed;
  } catch {
    return null;
  }
}

const viewed = read();
if (viewed) {
  setTheme(rememberedTheme());
  followPrinting();
  render(viewed.kind === "trend" ? <TrendPage trend={viewed.document} /> : <ComparePage comparison={viewed.document} />, place);
  followLinks();
} else {
  render(<main><h1>This file holds nothing readable</h1><p>It may be cut off. Make it again with recgauge.</p></main>, place);
}
