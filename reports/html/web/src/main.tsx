// Reads the report out of the page and draws it.
import { render } from "preact";
import { followLinks } from "./page/deep_link";
import { Page } from "./page/page";
import { followPrinting } from "./page/printing";
import { rememberedTheme, setTheme } from "./page/theme";
import { LookupContext, makeLookup } from "./report/lookup";
import type { Report } from "./report/report";

const place = document.getElementById("page") as HTMLElement;
const json = document.getElementById("report")?.textContent ?? "";

function parsed(): Report | null {
  try {
    return JSON.parse(json) as Report;
  } catch {
    return null;
  }
}

const report = parsed();
if (report) {
  setTheme(rememberedTheme());
  followPrinting();
  render(
    <LookupContext.Provider value={makeLookup(report, json)}>
      <Page />
    </LookupContext.Provider>,
    place,
  );
  followLinks();
} else {
  render(<main><h1>This file holds no readable report</h1><p>It may be cut off. Make it again with recgauge.</p></main>, place);
}
