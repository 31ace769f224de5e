// The report in a browser. Usage: node report.mjs REPORT HOSTILE_REPORT

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, hostile] = process.argv.slice(2);
assert.ok(report && hostile, "usage: node report.mjs REPORT HOSTILE_REPORT");
const [url, hostileUrl] = [report, hostile].map((file) => pathToFileURL(file).href);

const browser = await chromium.launch({
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
const requests = [];
const complaints = [];
const dialogs = [];
const open = async (address, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.on("request", (r) => requests.push(r.url()));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => complaints.push(`page error: ${e.message}`));
  page.on("dialog", (d) => { dialogs.push(d.message()); d.dismiss(); });
  await page.goto(address, { waitUntil: "load" });
  return page;
};

let passed = 0;
const check = async (name, test) => {
  try {
    const seen = await test();
    passed += 1;
    console.log(`ok    ${name}${seen ? `: ${seen}` : ""}`);
  } catch (error) {
    console.log(`FAIL  ${name}`);
    console.error(error);
    console.log(`${passed} passed, 1 failed`);
    await browser.close();
    process.exit(1);
  }
};

/** The entries the search works on: whether each is displayed, and what it says. */
const entries = (page) => page.$$eval(".hit", (all) => all.map((e) => ({
  shown: getComputedStyle(e).display !== "none",
  text: e.textContent.toLowerCase().replace(/\s+/g, " "),
})));
const inView = (locator) => locator.evaluate((e) => {
  const box = e.getBoundingClientRect();
  return e.checkVisibility() && box.height > 0 && box.top >= 0 && box.top < innerHeight;
});

const page = await open(url);

await check("opens from disk", async () => {
  assert.ok(page.url().startsWith("file://"), page.url());
  assert.match(await page.title(), /^Access after leaving, Nordwind Instruments, /);
  return page.title();
});

await check("headline", async () => {
  const lede = await page.locator(".lede").innerText();
  assert.ok(lede.includes("13 of 16"), lede);
  const figure = await page.locator(".figures > div", { hasText: "Apps evaluated" }).innerText();
  assert.match(figure.replace(/\s+/g, " "), /13 of 16/);
  return lede;
});

await check("search shows what matches and nothing else, and clearing it restores", async () => {
  const before = await entries(page);
  assert.ok(before.length > 0 && before.every((e) => e.shown), "every entry is shown at first");
  const hits = page.locator("#hits");
  await page.locator("#search").fill("hartmann");
  await hits.filter({ hasText: /\d+ hits?/ }).waitFor();
  const after = await entries(page);
  const shown = after.filter((e) => e.shown);
  assert.deepEqual(shown.filter((e) => !e.text.includes("hartmann")), [], "no other entry is shown");
  assert.deepEqual(after.filter((e) => !e.shown && e.text.includes("hartmann")), [], "no match is hidden");
  assert.ok(shown.length > 0 && shown.length < before.length);
  assert.equal(await hits.innerText(), `${shown.length} hits`);
  assert.deepEqual(await page.locator("#first .card:visible h3").allTextContents(), ["Viktor Hartmann"]);
  await page.locator("#search").fill("");
  await page.waitForFunction(() => document.getElementById("hits").value === "");
  assert.deepEqual(await entries(page), before);
  return `${shown.length} of ${before.length} entries`;
});

await check("severity filter", async () => {
  const rows = page.locator("#findings tbody tr");
  const shown = page.locator("#findings tbody tr:visible");
  const total = await rows.count();
  const select = page.locator("#findings select[data-by=s]");
  const severities = await select.locator("option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
  assert.deepEqual(severities, ["critical", "high", "medium", "low", "info"]);
  const counts = [];
  for (const severity of severities) {
    await select.selectOption(severity);
    const kept = await shown.evaluateAll((all) => all.map((row) => row.dataset.s));
    assert.ok(kept.length > 0 && kept.length < total, `${severity}: ${kept.length} of ${total}`);
    assert.ok(kept.every((s) => s === severity), `${severity}: ${kept}`);
    assert.match(await page.locator("#count").innerText(), new RegExp(`^${kept.length} of ${total} rows?$`));
    counts.push(kept.length);
  }
  assert.equal(counts.reduce((a, b) => a + b), total, "every row has one severity");
  await select.selectOption("");
  assert.equal(await shown.count(), total);
  return `${counts.join(" + ")} = ${total}`;
});

await check("sorting a column, and again in reverse", async () => {
  const head = page.locator("#findings thead th", { hasText: "App" });
  const apps = () => page.$$eval("#findings tbody tr", (all) => all.map((row) => row.cells[2].textContent.trim()));
  const before = await apps();
  await head.getByRole("button").click();
  const up = await apps();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(up, [...before].sort(new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare));
  assert.ok(new Set(up).size > 2 && up[0] !== up.at(-1));
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await apps(), up.reverse());
  return `${before.length} rows`;
});

await check("a leaver's details expand", async () => {
  const card = page.locator("#first .card", { hasText: "Viktor Hartmann" });
  const why = card.locator("details", { has: page.locator("summary", { hasText: /^Why$/ }) }).first();
  const reason = why.locator("ol.reason").first();
  assert.equal(await reason.isVisible(), false);
  await why.locator("summary").click();
  assert.equal(await reason.isVisible(), true);
  assert.ok((await reason.innerText()).length > 20);
  return `${await reason.locator("li").count()} steps`;
});

await check("a finding's rule is a link to where the rule stands, in view", async () => {
  const links = page.locator("#findings tbody tr:visible td:nth-child(2) > a");
  const hrefs = new Set(await links.evaluateAll((all) => all.map((a) => a.getAttribute("href"))));
  assert.ok(hrefs.size > 1);
  for (const href of hrefs) {
    const link = page.locator(`#findings tbody a[href="${href}"]`).first();
    const target = page.locator(`article.rule[id="${href.slice(1)}"]`);
    assert.equal(await target.count(), 1, `${href} leads somewhere`);
    await link.scrollIntoViewIfNeeded();
    assert.equal(await inView(target), false, href);
    await link.click();
    await page.waitForFunction((id) => document.querySelector(":target")?.id === id, href.slice(1));
    assert.equal(await inView(target), true, href);
    assert.equal(await target.locator("h3").textContent(), await link.textContent());
  }
  return `${hrefs.size} rules`;
});

await check("a link to a folded app opens it", async () => {
  const link = page.locator("#first .card .in a").first();
  const target = page.locator(`details[id="${(await link.getAttribute("href")).slice(1)}"]`);
  assert.equal(await target.locator(".inside").isVisible(), false);
  await link.click();
  await target.locator(".inside").waitFor({ state: "visible" });
});

await check("prints", async () => {
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".toc").isVisible(), false);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  await page.emulateMedia({ media: null });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 20_000, `${pdf.length} bytes`);
  return `${Math.round(pdf.length / 1000)} kB of PDF`;
});

// Cards off the screen are not laid out, and have no inner text, until a reader comes near (`content-visibility`).
const narrow = await open(url, { viewport: { width: 360, height: 740 } });
await check("360 px wide: nothing sticks out, folded or open", async () => {
  const overflow = () => narrow.evaluate(() => {
    const out = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > 360) out.push(`page: ${root.scrollWidth}`);
    // These clip what sticks out, so the page's own width does not show it.
    for (const e of document.querySelectorAll(".card, .rule, .source")) {
      e.style.contentVisibility = "visible";
      if (e.scrollWidth > e.clientWidth) out.push(`${e.className} ${e.textContent.trim().slice(0, 30)}: ${e.scrollWidth}`);
    }
    return out;
  });
  assert.equal(await narrow.evaluate(() => innerWidth), 360);
  assert.deepEqual(await overflow(), []);
  await narrow.$$eval("details", (all) => all.forEach((d) => { d.open = true; }));
  assert.deepEqual(await overflow(), []);
});

const still = await open(url, { javaScriptEnabled: false });
await check("without JavaScript the leavers are there", async () => {
  const names = await still.locator("#first .card:visible h3").allTextContents();
  assert.equal(await still.locator("#search").isVisible(), false, "no search that cannot work");
  assert.ok(names.includes("Viktor Hartmann"));
  assert.equal(names.length, await page.locator("#first .card").count());
  assert.ok(await still.locator("#findings tbody tr:visible").count() > 0);
  return `${names.length} people`;
});

// The sample's rosters hold hostile account names; the second report has such names for leavers, too.
const evil = await open(hostileUrl);
const nothingBrought = async (p, scripts = 1) => {
  for (const tag of ["img", "iframe", "object", "embed", "base", "link", "[onerror]", "[onload]", "[onclick]"]) {
    assert.equal(await p.locator(tag).count(), 0, tag);
  }
  assert.equal(await p.locator("script").count(), scripts, "the page's own script");
  const links = await p.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
  assert.deepEqual(links.filter((h) => !/^(#|diffs\/|worksheets\.html(#|$)|ipe\.html(#|$)|report\.html(#|$))/.test(h) && !h.startsWith("https://")), []);
  assert.deepEqual(links.filter((h) => h.includes("quayside")), []);
};
await check("hostile names are text and make no element", async () => {
  const names = [
    "Viktor Hartmann <script>alert('nordwind')</script>",
    "Desmond Okafor <img src=x onerror=alert(1)>",
    '=HYPERLINK("https://reset.quayside-studio.example/login","Reset your password")',
  ];
  const heads = await evil.locator("#first .card:visible h3").allTextContents();
  for (const name of names) assert.ok(heads.includes(name), `${name} is not among ${heads.join(" | ")}`);
  await evil.locator("#search").fill("onerror=alert(1)");
  await evil.locator("#hits").filter({ hasText: /\d+ hits?/ }).waitFor();
  assert.deepEqual(await evil.locator("#first .card:visible h3").allTextContents(), [names[1]]);
  await nothingBrought(evil);
  return `${names.length} names`;
});
await check("hostile names of accounts are text in every place that shows them, and make no element", async () => {
  const names = {
    slack: "Deploy Bot <script>alert('nordwind')</script>",
    webflow: "Devon Marsh <img src=x onerror=alert(1)>",
    atlassian: '=HYPERLINK("https://reset.quayside-studio.example/login","Reset your password")',
  };
  for (const [app, name] of Object.entries(names)) {
    for (const place of ["#findings tbody td .meta bdi", `details#app-${app} .short td .meta bdi`]) {
      const shown = await page.locator(place).allTextContents();
      assert.equal(shown.filter((text) => text === name).length, 1, `${name} in ${place}`);
    }
  }
  const then = await page.locator("#first .others li bdi").allTextContents();
  assert.ok(Object.values(names).some((name) => then.includes(name)), then.join(" | "));
  await nothingBrought(page);
  return `${Object.keys(names).length} names`;
});

// The worksheets lie beside the report.
const sheetsUrl = new URL("worksheets.html", url).href;
const evilSheetsUrl = new URL("worksheets.html", hostileUrl).href;
const sheets = await open(sheetsUrl);
await check("a worksheet for each app with live accounts of leavers, with lines to fill in", async () => {
  const ids = await sheets.$$eval("section.sheet", (all) => all.map((e) => e.id));
  const linked = await page.$$eval("a[href^='worksheets.html#']", (all) => all.map((a) => a.hash.slice(1)));
  assert.deepEqual([...ids].sort(), [...linked].sort());
  const zoom = sheets.locator("#app-zoom");
  assert.deepEqual(await zoom.locator(".task h3 bdi").allTextContents(), ["Viktor Hartmann", "Callum Fairweather", "Mirela Popescu"]);
  assert.deepEqual(await zoom.locator(".task").first().locator("dt").allTextContents(), ["Done by", "Date", "Ticket", "Proof is at"]);
  assert.ok(await zoom.locator("ol.do li").count() >= 3);
  await sheets.locator(".list a").first().click();
  assert.equal(await inView(sheets.locator("section.sheet h2").first()), true);
  return `${ids.length} sheets`;
});
await check("worksheets print, each on a page of its own, and fit a narrow screen", async () => {
  const pdf = await sheets.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
  assert.ok(pages > await sheets.locator("section.sheet").count(), `${pages} pages`);
  await sheets.setViewportSize({ width: 360, height: 740 });
  assert.ok(await sheets.evaluate(() => document.scrollingElement.scrollWidth) <= 360);
  return `${pages} pages`;
});
const evilSheets = await open(evilSheetsUrl);
await check("hostile names are text on worksheets, too", async () => {
  const heads = await evilSheets.locator(".task h3 bdi").allTextContents();
  for (const name of ["Viktor Hartmann <script>alert('nordwind')</script>", "Desmond Okafor <img src=x onerror=alert(1)>"]) {
    assert.ok(heads.includes(name), `${name} is not among ${heads.join(" | ")}`);
  }
  await nothingBrought(evilSheets, 0);
  await nothingBrought(sheets, 0);
});

// So does the sheet of the lists, for an auditor.
const ipeUrl = new URL("ipe.html", hostileUrl).href;
const ipe = await open(ipeUrl);
await check("each list has its sheet, printable, narrow, and of text only", async () => {
  assert.equal(await ipe.locator("h1").count(), 1);
  assert.ok((await ipe.locator("body").innerText()).includes("every equation closes"));
  const pdf = await ipe.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
  await ipe.setViewportSize({ width: 360, height: 740 });
  assert.ok(await ipe.evaluate(() => document.scrollingElement.scrollWidth) <= 360);
  await nothingBrought(ipe, 0);
  return `${pages} pages`;
});

// A last moment for anything that was put off.
await page.waitForTimeout(250);
await check("no dialog opened", () => assert.deepEqual(dialogs, []));
await check("no error, no warning in the console", () => assert.deepEqual(complaints, []));
await check("nothing was requested but the files themselves", () => {
  const files = requests.map((r) => r.split("#")[0]);
  assert.deepEqual(files, [url, url, url, hostileUrl, sheetsUrl, evilSheetsUrl, ipeUrl]);
});

await browser.close();
console.log(`${passed} passed, 0 failed`);
