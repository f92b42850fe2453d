// Reads the report out of the page and draws it.
import { Page } from "./page/page";
import { packedText, start } from "./page/start";
import type { Audit } from "./report/audit";
import { fromColumns } from "./report/columns";
import { LookupContext, makeLookup } from "./report/lookup";
import type { Report } from "./report/report";

start("no readable report", () => {
  const text = packedText("report");
  const lookup = makeLookup(fromColumns(text) as Report, text, JSON.parse(packedText("audit-view")) as Audit | null);
  return (
    <LookupContext.Provider value={lookup}>
      <Page />
    </LookupContext.Provider>
  );
});
