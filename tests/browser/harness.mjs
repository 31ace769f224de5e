// What the checks share: one browser, pages that are watched, and checks that stop at the first failure.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

// What a page must never do is collected from every page and judged at the end.
export const requests = [];
const opened = [];
/** A page that is loaded again asks for its file again. */
export const reloaded = (address) => opened.push(address);
const complaints = [];
const dialogs = [];

export const open = async (address, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  // A busy machine can take long; nothing is measured here.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on("request", (r) => requests.push(r.url()));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => complaints.push(`page error: ${e.message}`));
  page.on("dialog", (d) => { dialogs.push(d.message()); d.dismiss(); });
  opened.push(address.split("#")[0]);
  await page.goto(address, { waitUntil: "load" });
  return page;
};

let passed = 0;
export const check = async (name, test) => {
  const begun = performance.now();
  try {
    const seen = await test();
    passed += 1;
    console.log(`ok    ${name}${seen ? `: ${seen}` : ""}`);
  } catch (error) {
    console.log(`FAIL  ${name} (after ${Math.round(performance.now() - begun)} ms)`);
    console.error(error);
    console.log(`${passed} passed, 1 failed`);
    await browser.close();
    process.exit(1);
  }
};

export const inView = (locator) => locator.evaluate((e) => {
  const box = e.getBoundingClientRect();
  return e.checkVisibility() && box.height > 0 && box.top >= 0 && box.top < innerHeight;
});

/** Everything that is folded is opened, and everything is laid out, so that nothing escapes a look at the whole page. */
export const lay = (page) => page.evaluate(() => {
  for (const d of document.querySelectorAll("details")) d.open = true;
  for (const e of document.querySelectorAll(".card, .rule, .source")) e.style.contentVisibility = "visible";
});

/** What sticks out of the page sideways, or of what clips it. */
export const overflow = (page) => page.evaluate(() => {
  const out = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((e) => {
      const clipped = (up) => up && (getComputedStyle(up).overflowX !== "visible" || clipped(up.parentElement));
      return e.getBoundingClientRect().right > innerWidth + 1 && !clipped(e.parentElement);
    });
    out.push(`page: ${root.scrollWidth} of ${innerWidth}: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ")}`);
  }
  // These clip what sticks out, so the page's own width does not show it.
  for (const e of document.querySelectorAll(".card, .rule, .source, .answers > section")) {
    if (e.scrollWidth > e.clientWidth + 1) out.push(`${e.className} ${e.textContent.trim().slice(0, 30)}: ${e.scrollWidth}`);
  }
  return out;
});

/** What axe-core finds wrong, in short. */
export const axe = async (page) => {
  await lay(page);
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => `${n.target}: ${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""}`).join("\n    ")}`);
  });
  return found;
};

/** No element that a page of ours does not have, no link that leads anywhere else. */
export const nothingBrought = async (p, scripts) => {
  for (const tag of ["img", "iframe", "object", "embed", "base", "link", "[onerror]", "[onload]", "[onclick]", "[style]"]) {
    assert.equal(await p.locator(tag).count(), 0, tag);
  }
  assert.equal(await p.locator("script:not([type])").count(), scripts, "the page's own scripts");
  const links = await p.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
  const ours = /^(#|diffs\/|(worksheets|ipe|report)\.html(#|$)|(findings|coverage|ipe)\.csv$|(findings|manifest)\.json$|https:\/\/)/;
  assert.deepEqual(links.filter((h) => !ours.test(h)), []);
  assert.deepEqual(links.filter((h) => h.includes("quayside")), []);
};

export const pages = (pdf) => pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;

export const end = async () => {
  await check("no dialog opened", () => assert.deepEqual(dialogs, []));
  await check("no error, no warning in the console", () => assert.deepEqual(complaints, []));
  await check("nothing was requested but the files themselves", () => {
    assert.deepEqual(requests.map((r) => r.split("#")[0]), opened);
  });
  await browser.close();
  console.log(`${passed} passed, 0 failed`);
};
