// Reads the report out of the page and draws it.
import { render } from "preact";
import { followLinks } from "./page/deep_link";
import { Page } from "./page/page";
import { followPrinting } from "./page/printing";
import { rememberedTheme, setTheme } from "./page/theme";
import type { Audit } from "./report/audit";
import { fromColumns } from "./report/columns";
import { LookupContext, makeLookup, type Lookup } from "./report/lookup";
import type { Report } from "./report/report";
import { unpack } from "./report/unpack";

const place = document.getElementById("page") as HTMLElement;

const packed = (id: string) => unpack(document.getElementById(id)?.textContent ?? "");

function read(): Lookup | null {
  try {
    const text = packed("report");
    return makeLookup(fromColumns(text) as Report, text, JSON.parse(packed("audit-view")) as Audit | null);
  } catch {
    return null;
  }
}

const found = read();
if (found) {
  setTheme(rememberedTheme());
  followPrinting();
  render(
    <LookupContext.Provider value={found}>
      <Page />
    </LookupContext.Provider>,
    place,
  );
  followLinks();
} else {
  render(<main><h1>This file holds no readable report</h1><p>It may be cut off. Make it again with recgauge.</p></main>, place);
}
