// Opens the pages in Chromium and notes everything that a page must not do: errors, policy violations, loads.
import { after, before } from "node:test";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import path from "node:path";
import { chromium } from "playwright-core";

const folder = process.env.RECGAUGE_PAGES;
const executablePath = process.env.RECGAUGE_CHROMIUM;
if (!folder || !executablePath || executablePath.endsWith("NOTFOUND")) {
  throw new Error("RECGAUGE_PAGES and RECGAUGE_CHROMIUM must name the pages and the browser; run this through ctest, with Chromium installed");
}

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
  });
});
after(() => browser?.close());

export const fileOf = (name) => path.join(folder, `${name}.html`);
export const htmlOf = (name) => readFile(fileOf(name), "utf8");
export const jsonOf = (name) => readFile(path.join(folder, `${name}.json`), "utf8");

/** A page in a context of its own, and what it did that it must not. `hash` is part of the address; `prepare` runs before it loads; `ready` appears when it is drawn. */
export async function open(name, { width = 1280, height = 900, theme = "light", hash = "", prepare, ready = "main:not([aria-busy=true]) h1", ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, acceptDownloads: true, ...more });
  const page = await context.newPage();
  const problems = [];
  const address = pathToFileURL(fileOf(name)).href;
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error.stack)));
  page.on("dialog", (dialog) => { problems.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
  page.on("popup", () => problems.push("a window was opened"));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith("data:image/svg+xml") && !url.startsWith("blob:")) problems.push(`request ${url}`);
  });
  await prepare?.(page);
  await page.goto(address + hash);
  if (more.javaScriptEnabled !== false) await page.waitForSelector(ready);
  return { page, problems, close: () => context.close() };
}

/** Scrolls through the page, so that all charts are drawn, and opens its folds. */
export async function drawEverything(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
      scrollTo(0, y);
      // What is near the window is known only after a frame, however long a busy machine takes for one.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    scrollTo(0, 0);
  });
  await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.firstElementChild));
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
  // A fold draws what it holds once the browser has told of its opening.
  await page.waitForFunction(() => [...document.querySelectorAll("details[open]")].every((details) => details.childElementCount > 1));
}

/** Text of what a click downloads. */
export async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}
