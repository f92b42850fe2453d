// The pages of comparisons and trends: what a reader does with them, who cannot see or point, and text of others.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { downloaded, drawEverything, htmlOf, open } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const name of ["comparison", "comparison-lone", "comparison-hostile", "trend", "trend-hostile"]) {
  for (const [theme, width] of [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]]) {
    test(`axe finds nothing: ${name}, ${theme}, ${width} px`, async () => {
      const { page, problems, close } = await open(name, { theme, width });
      await drawEverything(page);
      if (process.env.RECGAUGE_SCREENSHOTS) {
        await page.evaluate(() => document.querySelectorAll("details").forEach((details, place) => { details.open = place === 0; }));
        await page.screenshot({ path: `${process.env.RECGAUGE_SCREENSHOTS}/${name}-${theme}-${width}.png`, fullPage: true });
      }
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const result = await globalThis.axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        });
        return result.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
      });
      assert.deepEqual(violations, []);
      assert.deepEqual(problems, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the window");
      await close();
    });
  }
}

for (const name of ["comparison-hostile", "trend-hostile"]) {
  test(`hostile text becomes neither script nor markup: ${name}`, async () => {
    const { page, problems, close } = await open(name);
    await drawEverything(page);
    const found = await page.evaluate(() => ({
      attacked: globalThis.attacked,
      foreign: [...document.querySelectorAll("#page *")].map((element) => element.localName)
        .filter((name) => ["script", "img", "iframe", "style", "object", "embed", "base", "form", "image", "use", "foreignobject"].includes(name)),
      handlers: [...document.querySelectorAll("#page *")].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith("on") || name === "style" && element.closest("svg, .chart") === null)),
      links: [...document.querySelectorAll("#page [href]")].map((element) => element.getAttribute("href")).filter((href) => !href.startsWith("#")),
      polluted: Object.keys(Object.prototype),
    }));
    assert.deepEqual(found, { attacked: undefined, foreign: [], handlers: [], links: [], polluted: [] });
    assert.match(await page.locator("main").innerText(), /<img src=x onerror="window\.attacked=1">/);
    assert.doesNotMatch(await page.locator("#page").innerText(), /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\u0007]/);
    const ids = await page.locator("[id]").evaluateAll((elements) => elements.map((element) => element.id));
    assert.equal(new Set(ids).size, ids.length);
    for (const button of await page.getByRole("button", { name: /^CSV/ }).all()) {
      assert.doesNotMatch((await downloaded(page, button)).text, /(^|,|\n)"?[=@\t]/);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  test(`without JavaScript hostile text stays text: ${name}`, async () => {
    const { page, problems, close } = await open(name, { javaScriptEnabled: false });
    assert.equal(await page.locator("img, iframe, main script").count(), 0);
    assert.ok((await page.locator("table").count()) > 0);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("the policy of the views names script and style by hash, and the page without data is small", async () => {
  const html = await htmlOf("comparison-lone");
  assert.match(html, /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'/);
  console.log(`comparison page without data: ${html.length} bytes`);
  assert.ok(html.length < 1.5e6);
});

test("effects are filtered, sorted and downloaded", async () => {
  const { page, problems, close } = await open("comparison");
  const section = page.locator("#effects");
  const table = section.locator(".data-table");
  await table.getByLabel("Measure").selectOption({ label: "recall@10" });
  assert.match(await table.locator("output").innerText(), /^24 of 97 rows/);
  await table.getByLabel("System").selectOption({ label: "vendor:cloud ranker" });
  assert.match(await table.locator("output").innerText(), /^6 of 97 rows/);
  await table.getByRole("button", { name: /^Difference/ }).click();
  assert.equal(await table.getByRole("columnheader", { name: /^Difference/ }).getAttribute("aria-sort"), "descending");
  const shown = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => parseFloat(row.children[4].innerText)));
  assert.deepEqual(shown, [...shown].sort((a, b) => b - a));
  const { name, text } = await downloaded(page, table.getByRole("button", { name: /^CSV/ }));
  assert.equal(name, "effects.csv");
  const lines = text.trim().split("\r\n");
  assert.equal(lines.length, 7);
  assert.match(lines[0], /^suite,metric,label,slice,system,value,reference_value,difference,low,high,/);
  assert.match(lines[1], /vendor:cloud ranker/);
  await table.getByRole("button", { name: "Clear filters" }).click();
  await table.getByLabel("Filter by text").fill("coverage");
  assert.match(await table.locator("tbody").innerText(), /not measured in this run/);
  assert.deepEqual(problems, []);
  await close();
});

test("the axes of the Pareto chart are chosen, and its marks follow", async () => {
  const { page, problems, close } = await open("comparison");
  const section = page.locator("#pareto");
  const standing = () => section.locator("tbody tr").evaluateAll((rows) =>
    rows.filter((row) => row.lastElementChild.innerText === "no").map((row) => row.firstElementChild.innerText.split("\n")[0].trim()));
  // Quality against time: the fastest and the best stand, and what is neither on either side does not.
  assert.equal(await section.getByLabel("Across").evaluate((select) => select.selectedOptions[0].text), "seconds per request");
  assert.deepEqual((await standing()).map((text) => text.split(" in-house")[0].split(" vendor")[0]), ["ease", "ials", "popularity", "cloud ranker"]);
  const before = await section.locator(".chart svg").innerHTML();
  await section.getByLabel("Across").selectOption({ label: "recall@10" });
  assert.deepEqual((await standing()).map((text) => text.split(" in-house")[0].split(" vendor")[0]), ["cloud ranker"]);
  await page.waitForFunction((old) => document.querySelector("#pareto .chart svg").innerHTML !== old, before);
  // Fewer popular items are better here, so the worst ranker stands too.
  await section.getByLabel("Across").selectOption({ label: "average_popularity@10" });
  assert.equal((await standing()).length, 5);
  await section.getByLabel("Across").selectOption({ label: "median latency" });
  assert.match(await section.innerText(), /3 of 5 systems have not measured both/);
  const { text } = await downloaded(page, section.getByRole("button", { name: /^CSV/ }));
  assert.equal(text.trim().split("\r\n").length, 3);
  assert.deepEqual(problems, []);
  await close();
});

test("what was not measured says so and is no number", async () => {
  const { page, close } = await open("comparison");
  const ease = page.locator("#costs tbody tr").first();
  assert.match(await ease.innerText(), /not measured/);
  assert.match(await ease.innerText(), /2,400 requests were answered in 3 batches/);
  assert.equal((await ease.innerText()).match(/not measured/g).length, 4);
  assert.match(await page.locator("#disagreements").innerText(), /no observations\.sqlite lies beside its report/);
  await close();
});

test("example users have pseudonyms, and their lists are read side by side", async () => {
  const { page, problems, close } = await open("comparison");
  const section = page.locator("#disagreements");
  await section.getByLabel("System").selectOption({ label: "vendor:cloud ranker" });
  const first = section.locator("details").first();
  await first.locator("summary").click();
  assert.match(await first.locator("summary").innerText(), /^user 9: /);
  await first.locator("ol").nth(1).waitFor();
  assert.equal(await first.locator("ol").count(), 2);
  assert.match(await first.innerText(), /The 0 of the film/);
  assert.deepEqual(problems, []);
  await close();
});

test("a link into the page leads there, and the page prints", async () => {
  const { page, problems, close } = await open("comparison", { hash: "#costs" });
  await page.waitForFunction(() => document.activeElement?.id === "costs");
  assert.ok((await page.pdf()).length > 20_000);
  assert.deepEqual(problems, []);
  await close();
});

test("a trend marks its change, and each run can be read", async () => {
  const { page, problems, close } = await open("trend");
  const ease = page.locator("main > section").first();
  assert.match(await ease.innerText(), /1 change of the mean/);
  const marked = await ease.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.lastElementChild.innerText).filter(Boolean));
  assert.equal(marked.length, 1);
  assert.match(marked[0], /^worse: 0\.30\d+ to 0\.2\d+, p /);
  assert.match(await page.locator("main > section").nth(1).innerText(), /No change is shown/);
  await ease.getByLabel("Branch").selectOption({ label: "feature" });
  assert.match(await ease.locator("output").innerText(), /^4 of 24 rows/);
  const { text } = await downloaded(page, ease.getByRole("button", { name: /^CSV/ }));
  assert.equal(text.trim().split("\r\n").length, 5);
  assert.deepEqual(problems, []);
  await close();
});
