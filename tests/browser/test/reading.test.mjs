// What a reader sees and does: the summary, tables, charts, links, downloads, themes, paper.
import assert from "node:assert/strict";
import { test } from "node:test";
import { downloaded, drawEverything, jsonOf, open } from "./browser.mjs";

const body = (page, name) => page.locator(`section#${name} tbody tr`);

test("the summary says what was run, the verdict, the worst findings and the main numbers", async () => {
  const { page, problems, close } = await open("failed");
  assert.equal(await page.locator("h1").innerText(), "failed run");
  assert.match(await page.locator("#verdict h2").innerText(), /Verdict:\s*✗\s*fail/);
  const gates = await page.locator("#verdict tbody tr").allInnerTexts();
  assert.match(gates[0], /fail[\s\S]*at_least 0\.4[\s\S]*0\.3357 < 0\.4[\s\S]*n = 6,032/);
  assert.match(await page.locator(".glance li").first().innerText(), /critical[\s\S]*A sanity control failed/);
  const main = await page.locator("#systems-and-metrics tbody tr").first().innerText();
  assert.match(main, /two_tower[\s\S]*candidate[\s\S]*0\.3421[\s\S]*best[\s\S]*\[0\.3250, 0\.3592\] 95 %[\s\S]*n = 6,032, 8 undefined/);
  const oracle = page.locator("#systems-and-metrics tbody tr", { hasText: "oracle" });
  assert.doesNotMatch(await oracle.innerText(), /best/);
  assert.match(await page.locator("#data").innerText(), /6,040[\s\S]*3,706[\s\S]*1,000,209[\s\S]*research use only[\s\S]*entered in bulk/);
  assert.match(await page.locator("#split").innerText(), /global time leak\s+1,477 \(73\.85 %\)/);
  assert.deepEqual(problems, []);
  await close();
});

test("the audit view leads from articles to findings, and says what nobody tested", async () => {
  const { page, problems, close } = await open("failed");
  const audit = page.locator("section#audit");
  assert.match(await audit.innerText(), /Digital Services Act[\s\S]*AI Act[\s\S]*NIST/);
  await audit.locator("summary", { hasText: "AI Act" }).click();
  const section = audit.locator("article", { hasText: "Art. 15" }).first();
  assert.match(await section.innerText(), /A sanity control failed/);
  await section.locator("a", { hasText: "A sanity control failed" }).first().click();
  assert.match(new URL(page.url()).hash, /^#finding-/);
  assert.match(await audit.locator("table").innerText(), /suite not run/);
  assert.match(await audit.innerText(), /The suite bias did not run/);
  assert.deepEqual(problems, []);
  await close();
});

test("an undecided gate says how many users would decide it", async () => {
  const { page, close } = await open("inconclusive");
  assert.match(await page.locator("#verdict").innerText(), /inconclusive[\s\S]*About 14,200 units would decide it/);
  await close();
});

test("a suite that was not measured says why, and a missing certificate is said plainly", async () => {
  const { page, close } = await open("kinds");
  assert.match(await page.locator("#suite-latency").innerText(), /Not measured\.\s*only 3 of 500 requests were answered/);
  assert.match(await page.locator("#suite-accuracy").innerText(), /There is no calibration certificate/);
  assert.match(await page.locator("#suite-harm_drift").innerText(), /4\.1 %\s*\[2\.8 %, 5\.7 %\] 95 %\s*over 1,000 seeds; stated rate 5 %/);
  await close();
});

test("an undefined value is called undefined, with its reason", async () => {
  const { page, close } = await open("typical");
  await page.locator("#measurements input").fill("intra_list_diversity");
  const row = await body(page, "measurements").innerText();
  assert.match(row, /undefined: the catalogue has no categories[\s\S]*no interval\s+0\s+6,040 \(100 %\)/);
  await close();
});

test("measurements are filtered by text and by choice, and the count says so", async () => {
  const { page, close } = await open("typical");
  const section = page.locator("#measurements");
  const rows = body(page, "measurements");
  assert.equal(await rows.count(), 29);
  await section.getByLabel("Slice").selectOption({ label: "gender=F" });
  assert.equal(await rows.count(), 7);
  await section.getByLabel("Filter by text").fill("EASE gender");
  assert.equal(await rows.count(), 1);
  assert.match(await section.locator("output").innerText(), /1 of 29 rows/);
  await section.getByLabel("Filter by text").fill("nothing like this");
  assert.match(await rows.innerText(), /No row matches/);
  await section.getByRole("button", { name: "Clear filters" }).click();
  assert.equal(await rows.count(), 29);
  await close();
});

test("headers sort, say so, and keep undefined values last", async () => {
  const { page, close } = await open("typical");
  const section = page.locator("#measurements");
  const header = section.getByRole("columnheader", { name: "Value" });
  const values = () => section.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.children[3].innerText));
  await header.getByRole("button").click();
  assert.equal(await header.getAttribute("aria-sort"), "descending");
  assert.match((await values())[0], /^1 share/);
  await header.getByRole("button").click();
  assert.equal(await header.getAttribute("aria-sort"), "ascending");
  const ascending = await values();
  assert.match(ascending[0], /^0\.001050/);
  assert.match(ascending.at(-1), /^undefined/);
  await close();
});

test("a metric leads to its definition and its full name", async () => {
  const { page, close } = await open("typical");
  await page.locator("#measurements tbody").getByRole("link", { name: "ndcg@10" }).first().click();
  const definition = page.locator("#definition-ndcg");
  await definition.waitFor();
  assert.ok(await definition.evaluate((element) => element === document.activeElement));
  assert.match(await definition.innerText(), /divided by that of the best list[\s\S]*Järvelin[\s\S]*ndcg\(gain=binary,discount=log2,ideal=full,empty=skip\)@10/);
  await close();
});

test("links lead to findings and to rows of any page of a table, and move the focus", async () => {
  const finding = await open("typical", { hash: "#finding-accuracy/controls" });
  await finding.page.waitForFunction(() => document.activeElement?.id === "finding-accuracy/controls");
  const box = await finding.page.locator('[id="finding-accuracy/controls"]').boundingBox();
  assert.ok(box.y >= 0 && box.y < 900, `finding at ${box.y}`);
  await finding.close();
  const row = await open("large", { hash: "#measurement-accuracy/model_050/ndcg@7/slice=3" });
  await row.page.waitForFunction(() => document.activeElement?.tagName === "TR");
  assert.match(await row.page.evaluate(() => document.activeElement.innerText), /model_050[\s\S]*ndcg@7[\s\S]*slice=3/);
  await row.close();
});

test("a suite leads to its own measurements", async () => {
  const { page, close } = await open("typical");
  await page.getByRole("link", { name: "29 measurements of this suite" }).click();
  await page.waitForFunction(() => document.activeElement?.id === "measurements");
  await close();
});

test("every kind of figure is drawn, with its data beside it", async () => {
  const { page, problems, close } = await open("kinds");
  await drawEverything(page);
  for (const kind of ["line", "bar", "scatter", "histogram", "heatmap", "faceted"]) {
    const figure = page.locator(`[id="figure-kinds/${kind}"]`);
    const charts = figure.locator("svg.plot[role=img][aria-label]");
    assert.equal(await charts.count(), kind === "faceted" ? 4 : 1, kind);
    assert.ok((await figure.locator("svg.plot path, svg.plot rect, svg.plot circle").count()) > 3, kind);
    assert.ok((await figure.locator("tbody tr").count()) > 3, kind);
  }
  assert.equal(await page.locator(".plot style").count(), 0);
  assert.match(await page.locator('[id="figure-kinds/bar"] tbody').innerText(), /unknown\s+ease\s+undefined/);
  assert.deepEqual(problems, []);
  await close();
});

test("a chart is drawn again when the window becomes narrow", async () => {
  const { page, close } = await open("kinds");
  await drawEverything(page);
  await page.setViewportSize({ width: 390, height: 800 });
  await page.waitForFunction(() => [...document.querySelectorAll(".plot")].every((plot) => plot.getAttribute("width") <= 362));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await close();
});

test("the data behind a chart comes as CSV with every digit and without formulas", async () => {
  const { page, close } = await open("kinds");
  const table = await downloaded(page, page.locator('[id="figure-kinds/table"]').getByRole("button", { name: "CSV" }));
  assert.equal(table.name, "kinds-table.csv");
  assert.equal(table.text,
    'item,times listed,note\r\n"\'=HYPERLINK(""http://example.invalid"")",1234.56789,\'+1\r\n' +
    '"plain, ""quoted""",-5,\'@note\r\nwithout a value,NaN,\'-\r\n');
  const chart = await downloaded(page, page.locator('[id="figure-accuracy/ndcg@10"]').getByRole("button", { name: "CSV" }));
  assert.match(chart.text, /^system,role,value,low,high,n\r\ntwo_tower,candidate,0\.3421,/);
  assert.match(chart.text, /transformer,candidate,0\.33567891,/);
  await page.locator("#measurements").getByLabel("Filter by text").fill("transformer gender=F");
  const filtered = await downloaded(page, page.locator("#measurements").getByRole("button", { name: "CSV" }));
  assert.equal(filtered.text.trim().split("\r\n").length, 2);
  await close();
});

test("the whole report comes as the JSON that was written", async () => {
  const { page, close } = await open("typical");
  const { name, text } = await downloaded(page, page.getByRole("button", { name: "Whole report as JSON" }));
  assert.equal(name, "sample-run.json");
  assert.equal(JSON.parse(text).suites[0].measurements.length, 29);
  assert.match(text, /"seed":\s*18446744073709551615/);
  await close();
});

for (const name of ["typical", "kinds", "hostile"]) {
  test(`the report taken out of the page "${name}" is the report that went in`, async () => {
    const { page, close } = await open(name);
    const { text } = await downloaded(page, page.getByRole("button", { name: "Whole report as JSON" }));
    assert.deepEqual(JSON.parse(text), JSON.parse(await jsonOf(name)));
    await close();
  });
}

test("provenance keeps all digits of the seed and shows the configuration", async () => {
  const { page, close } = await open("typical");
  const section = page.locator("#provenance");
  await section.getByText("Effective configuration").click();
  assert.match(await section.innerText(), /18446744073709551615[\s\S]*"k": 10/);
  await close();
});

const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("the theme follows the system until one is chosen, and is remembered", async () => {
  const { page, close } = await open("typical", { theme: "dark" });
  assert.equal(await paper(page), "rgb(20, 24, 29)");
  await page.getByLabel("Theme").selectOption("light");
  assert.equal(await paper(page), "rgb(255, 255, 255)");
  await page.reload();
  assert.equal(await paper(page), "rgb(255, 255, 255)");
  assert.equal(await page.getByLabel("Theme").inputValue(), "light");
  await page.getByLabel("Theme").selectOption("system");
  assert.equal(await paper(page), "rgb(20, 24, 29)");
  await close();
});

test("where nothing can be remembered the theme still changes", async () => {
  const { page, problems, close } = await open("typical");
  await page.evaluate(() => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }));
  await page.getByLabel("Theme").selectOption("dark");
  assert.equal(await paper(page), "rgb(20, 24, 29)");
  assert.deepEqual(problems, []);
  await close();
});

test("the summary stands before the rest is drawn, and nobody who prints, follows a link or looks away misses the rest", async () => {
  // The first frame is the one that the page waits for.
  const noFirstFrame = {
    ready: "main h1",
    prepare: (page) => page.addInitScript(() => {
      const real = requestAnimationFrame.bind(globalThis);
      globalThis.requestAnimationFrame = () => {
        globalThis.requestAnimationFrame = real;
        return 0;
      };
    }),
  };
  const { page, problems, close } = await open("typical", noFirstFrame);
  assert.ok(await page.locator("#verdict").isVisible());
  assert.equal(await page.locator("main").getAttribute("aria-busy"), "true");
  assert.equal(await page.locator("#measurements, #provenance").count(), 0);
  const printed = await page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    const there = ["measurements", "provenance"].every((id) => document.getElementById(id));
    dispatchEvent(new Event("afterprint"));
    return { there, afterwards: document.getElementById("provenance") !== null };
  });
  assert.deepEqual(printed, { there: true, afterwards: false });
  await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Provenance" }).click();
  await page.waitForFunction(() => document.activeElement?.id === "provenance");
  assert.equal(await page.locator("main").getAttribute("aria-busy"), "false");
  await close();
  const away = await open("typical", noFirstFrame);
  await away.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await away.page.waitForSelector("#provenance");
  assert.deepEqual([...problems, ...away.problems], []);
  await away.close();
});

test("on paper everything is open, drawn and light", async () => {
  const { page, problems, close } = await open("kinds", { theme: "dark" });
  const shown = await page.evaluate(async () => {
    dispatchEvent(new Event("beforeprint"));
    const result = {
      closed: document.querySelectorAll("details:not([open])").length,
      empty: [...document.querySelectorAll(".chart")].filter((chart) => !chart.firstElementChild).length,
      configuration: document.getElementById("provenance").innerText.includes('"k": 10'),
    };
    dispatchEvent(new Event("afterprint"));
    return { ...result, openAfterwards: document.querySelectorAll("details[open]").length };
  });
  assert.deepEqual(shown, { closed: 0, empty: 0, configuration: true, openAfterwards: 0 });
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 5 && pages <= 40, `${pages} pages`);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await paper(page), "rgb(255, 255, 255)");
  assert.equal(await page.locator(".toolbar").first().isVisible(), false);
  assert.deepEqual(problems, []);
  await close();
});

test("a report with nothing in it opens", async () => {
  const { page, problems, close } = await open("empty");
  assert.match(await page.locator("main").innerText(), /unnamed run[\s\S]*No findings[\s\S]*There are no measurements/);
  assert.deepEqual(problems, []);
  await close();
});

test("without JavaScript the main numbers are there", async () => {
  const { page, close } = await open("failed", { javaScriptEnabled: false });
  const text = await page.locator("main.plain").innerText();
  assert.match(text, /failed run[\s\S]*Verdict: fail[\s\S]*A sanity control failed[\s\S]*two_tower\s+ndcg/);
  await close();
});
