// The page without a mouse, with a screen reader, on a narrow window, in both themes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drawEverything, open } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const name of ["failed", "kinds", "hostile"]) {
  for (const theme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      if (name === "hostile" && (theme === "light") !== (width === 1280)) continue;
      test(`axe finds nothing: ${name}, ${theme}, ${width} px`, async () => {
        const { page, problems, close } = await open(name, { theme, width });
        await drawEverything(page);
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
}

test("everything is reached by Tab, and the focus is always seen", async () => {
  const { page, close } = await open("kinds");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the summary");
  assert.ok((await page.locator(".skip").boundingBox()).y >= 0);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "summary");
  const expected = await page.evaluate(() =>
    [...document.querySelectorAll("main a[href], main button:enabled, main select, main input, main summary, main [tabindex='0']")]
      .filter((element) => element.checkVisibility()).length);
  const stops = new Set();
  const unseen = [];
  for (let i = 0; i < expected; ++i) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate((i) => {
      const element = document.activeElement;
      element.dataset.stop ??= String(i);
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { id: element.dataset.stop, seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, html: element.outerHTML.slice(0, 120) };
    }, i);
    stops.add(stop.id);
    if (!stop.seen) unseen.push(stop.html);
  }
  assert.deepEqual(unseen, []);
  assert.equal(stops.size, expected);
  await close();
});

test("tables are sorted, filtered and paged by keyboard", async () => {
  const { page, close } = await open("large");
  const section = page.locator("#measurements");
  await section.getByRole("button", { name: /^Value/ }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await section.getByRole("columnheader", { name: "Value" }).getAttribute("aria-sort"), "descending");
  await section.getByRole("button", { name: "Next" }).focus();
  await page.keyboard.press("Space");
  assert.match(await section.locator(".pager").innerText(), /Page 2 of 1,000/);
  await section.getByLabel("Filter by text").focus();
  await page.keyboard.type("model_042 ndcg@50");
  assert.match(await section.locator("output").innerText(), /10 of 50,000 rows/);
  await close();
});

test("what is wider than a narrow window scrolls by itself and by keyboard", async () => {
  const { page, close } = await open("typical", { width: 390 });
  const scroll = page.locator("#measurements .scroll");
  assert.equal(await scroll.getAttribute("tabindex"), "0");
  await scroll.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("#measurements .scroll").scrollLeft > 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await close();
});

test("roles are told apart by shape and word, not by colour alone", async () => {
  const { page, close } = await open("typical");
  const marks = await page.locator("#systems-and-metrics tbody tr").evaluateAll((rows) =>
    rows.map((row) => [row.children[1].innerText.trim(), row.querySelector("th svg").firstElementChild.tagName]));
  assert.deepEqual(new Set(marks.map(String)), new Set(["candidate,circle", "baseline,rect", "control,path"]));
  await close();
});
