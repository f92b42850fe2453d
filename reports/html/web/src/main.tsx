// Reads the report out of the page and draws it.
import { render } from "preact";
import { followLinks } from "./page/deep_link";
import { Page } from "./page/page";
import { followPrinting } from "./page/printing";
import { rememberedTheme, setTheme } from "./page/theme";
import { fromColumns } from "./report/columns";
import { LookupContext, makeLookup } from "./report/lookup";
import type { Report } from "./report/report";
import { unpack } from "./report/unpack";

const place = document.getElementById("page") as HTMLElement;

function read(): { report: Report; text: string } | null {
  try {
    const text = unpack(document.getElementById("report")?.textContent ?? "");
    return { report: fromColumns(text) as Report, text };
  } catch {
    return null;
  }
}

const found = read();
if (found) {
  setTheme(rememberedTheme());
  followPrinting();
  render(
    <LookupContext.Provider value={makeLookup(found.report, found.text)}>
      <Page />
    </LookupContext.Provider>,
    place,
  );
  followLinks();
} else {
  render(<main><h1>This file holds no readable report</h1><p>It may be cut off. Make it again with recgauge.</p></main>, place);
}
