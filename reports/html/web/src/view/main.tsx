// Reads the document out of the page and draws the view of its kind.
import { packedText, start } from "../page/start";
import { fromColumns } from "../report/columns";
import { ComparePage } from "./compare_page";
import type { Viewed } from "./document";
import { TrendPage } from "./trend_page";

start("nothing readable", () => {
  const viewed = {
    kind: document.getElementById("document")?.dataset.kind,
    document: fromColumns(packedText("document")),
  } as Viewed;
  return viewed.kind === "trend" ? <TrendPage trend={viewed.document} /> : <ComparePage comparison={viewed.document} />;
});
