// Text of others stays text, the policy holds, nothing is loaded, and size does not hurt.
import assert from "node:assert/strict";
import { test } from "node:test";
import { downloaded, drawEverything, htmlOf, open } from "./browser.mjs";

const hash = (links) => [...new Set(links)];

for (const width of [1280, 390]) {
  test(`hostile text becomes neither script nor markup at ${width} px`, async () => {
    const { page, problems, close } = await open("hostile", { width });
    await drawEverything(page);
    const found = await page.evaluate(() => ({
      attacked: globalThis.attacked,
      title: document.title,
      foreign: [...document.querySelectorAll("#page *")].map((element) => element.localName)
        .filter((name) => ["script", "img", "iframe", "style", "object", "embed", "base", "form", "image", "use", "foreignobject"].includes(name)),
      handlers: [...document.querySelectorAll("#page *")].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith("on") || name === "style" && element.closest("svg, .chart") === null)),
      links: [...document.querySelectorAll("#page [href]")].map((element) => element.getAttribute("href")).filter((href) => !href.startsWith("#")),
      polluted: Object.keys(Object.prototype),
    }));
    assert.equal(found.attacked, undefined);
    assert.match(found.title, /^<\/title><script>window\.attacked=1<\/script>/);
    assert.deepEqual(hash(found.foreign), []);
    assert.deepEqual(found.handlers, []);
    assert.deepEqual(found.links, []);
    assert.deepEqual(found.polluted, []);
    assert.match(await page.locator("main").innerText(), /<img src=x onerror="window\.attacked=1">/);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("hostile rows are sorted, filtered, linked and printed without harm", async () => {
  const { page, problems, close } = await open("hostile");
  await page.locator("#measurements .sort").first().click();
  await page.locator("#measurements").getByLabel("System").selectOption({ index: 1 });
  await page.locator("#measurements input").fill("<script>");
  await page.locator("#measurements").getByRole("button", { name: "Clear filters" }).click();
  await page.evaluate(() => [...document.querySelectorAll(".finding a[href^='#']")].slice(0, 60).forEach((link) => link.click()));
  await page.pdf();
  const { text } = await downloaded(page, page.locator("#measurements").getByRole("button", { name: "CSV" }));
  assert.doesNotMatch(text, /(^|,|\n)"?[=@\t]/);
  assert.equal(await page.evaluate(() => globalThis.attacked), undefined);
  assert.deepEqual(problems, []);
  await close();
});

test("characters that nobody sees are shown, and direction ends with the text", async () => {
  const { page, close } = await open("hostile");
  const text = await page.locator("#page").innerText();
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\u0007]/);
  assert.match(text, /safe⟨U\+202E⟩evil⟨U\+2066⟩/);
  const hebrew = page.locator("bdi", { hasText: "שלום" }).first();
  assert.equal(await hebrew.evaluate((element) => getComputedStyle(element).unicodeBidi), "isolate");
  await close();
});

test("ids of elements are unique and never those of the page's own parts", async () => {
  const { page, close } = await open("hostile");
  const ids = await page.locator("[id]").evaluateAll((elements) => elements.map((element) => element.id));
  assert.equal(new Set(ids).size, ids.length);
  await close();
});

test("the policy forbids what is not named by hash", async () => {
  const { page, problems, close } = await open("typical");
  const policy = await page.locator("meta[http-equiv]").getAttribute("content");
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'$/);
  assert.deepEqual(problems, []);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.attacked = 1";
    document.body.append(script);
    const element = document.createElement("p");
    element.setAttribute("style", "color: red");
  });
  assert.equal(await page.evaluate(() => globalThis.attacked), undefined);
  assert.ok(problems.some((problem) => problem.includes("policy: script-src")));
  await close();
});

test("the page without data is small", async () => {
  const { length } = await htmlOf("empty");
  console.log(`page without data: ${length} bytes`);
  assert.ok(length < 1.5e6, `${length} bytes`);
});

test("100 systems with 500 measurements each open, sort and filter, and draw few rows", async () => {
  // The first start of the browser's processes is not the page's time.
  await (await open("empty")).close();
  const start = performance.now();
  let session;
  const { page, problems, close } = await open("large", {
    prepare: async (page) => {
      session = await page.context().newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
    },
  });
  await page.waitForSelector("#measurements tbody tr");
  const waited = performance.now() - start;
  const { metrics } = await session.send("Performance.getMetrics");
  const worked = 1000 * metrics.find(({ name }) => name === "ThreadTime").value;
  assert.ok(worked > 10, "the browser measured no processor time");
  // On a machine that is busy with other things the processor time of the page's thread is the fair measure.
  const opened = Math.min(waited, worked);
  const section = page.locator("#measurements");
  const spent = async (action) => {
    const begin = performance.now();
    await action();
    return performance.now() - begin;
  };
  const sorted = await spent(() => section.getByRole("button", { name: /^Value/ }).click());
  const filtered = await spent(async () => {
    await section.getByLabel("Filter by text").fill("model_077 slice=3");
    await section.locator("output", { hasText: "50 of 50,000 rows" }).waitFor();
  });
  console.log(`large report: opened in ${waited.toFixed(0)} ms (${worked.toFixed(0)} ms of work), sorted in ${sorted.toFixed(0)} ms, filtered in ${filtered.toFixed(0)} ms`);
  // Times depend on what else the machine does, so only the measurement that is run by hand (ctest browser/time) judges them.
  if (process.env.RECGAUGE_TIME_LIMITS === "1") {
    assert.ok(opened < 2000, `${opened} ms to open`);
    assert.ok(sorted < 2000, `${sorted} ms to sort`);
    assert.ok(filtered < 2000, `${filtered} ms to filter`);
  }
  assert.ok((await page.locator("tr").count()) < 1000);
  assert.deepEqual(problems, []);
  await close();
});
