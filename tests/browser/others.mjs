// Reports of other companies, and the catalog's pages. Usage: node others.mjs HOSTILE LARGE HISTORY CATALOG CALM (reports, the fourth is a folder)

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { axe, check, end, inView, lay, nothingBrought, open, overflow, pages } from "./harness.mjs";

const [hostile, large, history, catalog, calm] = process.argv.slice(2);
assert.ok(calm, "usage: node others.mjs HOSTILE LARGE HISTORY CATALOG CALM");
const address = (file) => pathToFileURL(file).href;
const SCRIPTS = readFileSync(hostile, "utf8").match(/<script>/g).length;

// ---- Names that try to break out: markup, scripts, formulas, text that turns, 10,000 characters.
const evil = await open(address(hostile));
await check("hostile names are text and make no element", async () => {
  const names = [
    "Viktor Hartmann <script>alert('nordwind')</script>",
    "Desmond Okafor <img src=x onerror=alert(1)>",
    '=HYPERLINK("https://reset.quayside-studio.example/login","Reset your password")',
  ];
  const heads = await evil.locator("#first .card:visible h3").allTextContents();
  for (const name of names) assert.ok(heads.some((head) => head.startsWith(name)), `${name} is not among ${heads.join(" | ").slice(0, 2_000)}`);
  const text = await evil.evaluate(() => document.documentElement.outerHTML);
  assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(text), "nothing turns the text around it");
  assert.ok(text.includes("\u05e9\u05dc\u05d5\u05dd"), "what is written from right to left stays");
  assert.ok(!text.includes("Maximilian".repeat(20)), "what is too long is cut");
  await evil.locator("#search").fill("onerror=alert(1)");
  await evil.locator("#hits").filter({ hasText: /\d+ hits?/ }).waitFor();
  assert.ok((await evil.locator("#first .card:visible h3").allTextContents()).every((head) => head.startsWith(names[1])));
  await evil.locator("#search").fill("");
  await nothingBrought(evil, SCRIPTS);
  return `${names.length} names and two more`;
});
await check("hostile names leave the layout as it is, wide and narrow", async () => {
  await lay(evil);
  assert.deepEqual(await overflow(evil), []);
  await evil.setViewportSize({ width: 360, height: 740 });
  assert.deepEqual(await overflow(evil), []);
  const found = await axe(evil);
  assert.deepEqual(found, [], found.join("\n"));
});
const evilSheets = await open(new URL("worksheets.html", address(hostile)).href);
await check("hostile names are text on worksheets, too", async () => {
  const heads = await evilSheets.locator(".task h3 bdi").allTextContents();
  for (const name of ["Viktor Hartmann <script>alert('nordwind')</script>", "Desmond Okafor <img src=x onerror=alert(1)>"]) {
    assert.ok(heads.some((head) => head.startsWith(name)), `${name} is not among ${heads.join(" | ").slice(0, 2_000)}`);
  }
  await nothingBrought(evilSheets, 0);
});
const ipe = await open(new URL("ipe.html", address(hostile)).href);
await check("each list has its sheet, printable, narrow, and of text only", async () => {
  assert.equal(await ipe.locator("h1").count(), 1);
  assert.ok((await ipe.locator("body").innerText()).includes("every equation closes"));
  const pdf = await ipe.pdf({ preferCSSPageSize: true });
  await ipe.setViewportSize({ width: 360, height: 740 });
  assert.ok(await ipe.evaluate(() => document.scrollingElement.scrollWidth) <= 360);
  await nothingBrought(ipe, 0);
  return `${pages(pdf)} pages`;
});

// ---- More than 10,000 findings.
const LIMIT = 2_000; // milliseconds for what a reader waits for; it is far less on a machine with nothing else to do
const begun = performance.now();
const much = await open(address(large));
const opening = Math.round(performance.now() - begun);
await check("a page with 10,000 findings is small, and there quickly", async () => {
  const { size } = statSync(large);
  assert.ok(size < 5_000_000, `${size} bytes`);
  assert.ok(opening < 10_000, `${opening} ms`);
  const rows = await much.evaluate(() => JSON.parse(document.getElementById("rest").textContent).rows.length);
  const all = rows + Number((await much.locator("#findings .cut").first().innerText()).match(/Showing ([\d,]+) of/)[1].replaceAll(",", ""));
  assert.equal(all, 10_000);
  assert.match(await much.locator("#count").innerText(), /^10,000 rows\b/);
  // What is said of the rows that stand in the page is for paper and for readers without scripts.
  const cut = (await much.locator("#findings .cut:visible").allInnerTexts()).join(" | ");
  assert.match(cut, /^The table has the gravest 10,000 of [\d,]+\. All are in findings\.csv\.$/);
  return `${all} findings, ${Math.round(size / 1000)} kB, ${opening} ms`;
});
/** What it takes from a reader's act to the next picture. */
const timed = (act) => much.evaluate((source) => new Promise((done) => {
  const start = performance.now();
  ({
    sort: () => document.querySelector("#all th[data-c=account] button").click(),
    again: () => document.querySelector("#all th[data-c=account] button").click(),
    days: () => document.querySelector("#all th[data-c=days] button").click(),
    filter: () => { const s = document.querySelector("select[data-by=app]"); s.value = s.options[1].value; s.dispatchEvent(new Event("change")); },
    clear: () => document.getElementById("reset").click(),
    next: () => [...document.querySelectorAll(".pager button")].find((b) => b.textContent === "Next").click(),
  })[source]();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
}), act);
await check("10,000 findings are sorted, filtered, searched and paged without a wait", async () => {
  const took = {};
  for (const act of ["sort", "again", "days", "next", "filter", "clear"]) {
    took[act] = Math.round(await timed(act));
    if (act === "again") {
      const shown = await much.$$eval("#all tbody tr", (all) => all.map((row) => row.cells[3].textContent));
      assert.equal(shown.length, 100);
      assert.match(shown[0], /^person4198@/, "descending by account");
    }
    if (act === "next") assert.match(await much.locator(".pager").first().innerText(), /Page 2 of 100/);
    if (act === "filter") assert.match(await much.locator("#count").innerText(), /^3,\d\d\d of 10,000 rows\b/);
  }
  await much.waitForTimeout(400); // what clearing has put off
  took.search = Math.round(await much.evaluate(() => new Promise((done) => {
    const find = document.getElementById("find");
    const start = performance.now();
    new MutationObserver((_, observer) => { observer.disconnect(); requestAnimationFrame(() => done(performance.now() - start - 120)); })
      .observe(document.querySelector("#all tbody"), { childList: true });
    find.value = "person1234@";
    find.dispatchEvent(new Event("input"));
  })));
  assert.match(await much.locator("#count").innerText(), /^3 of 10,000 rows\b/);
  for (const [act, ms] of Object.entries(took)) assert.ok(ms < LIMIT, `${act} took ${ms} ms: ${JSON.stringify(took)}`);
  await much.locator("#reset").click();
  return Object.entries(took).map(([act, ms]) => `${act} ${ms} ms`).join(", ");
});
await check("turning pages with the keyboard leaves the focus in sight, and prints the rows that the document speaks of", async () => {
  const focus = () => much.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return [document.activeElement.textContent, document.querySelector(".pager [role=status]").textContent, box.top >= 0 && box.bottom < innerHeight];
  });
  await much.locator(".pager").last().getByRole("button", { name: "Next" }).focus();
  await much.keyboard.press("Enter");
  assert.deepEqual(await focus(), ["Next", "Page 2 of 100", true]);
  await much.keyboard.press("Enter");
  assert.deepEqual(await focus(), ["Next", "Page 3 of 100", true]);
  await much.locator(".pager").first().getByRole("button", { name: "Last" }).press("Enter");
  assert.deepEqual(await focus(), ["Previous", "Page 100 of 100", true]);
  const [rows, said] = await much.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    const told = [document.querySelectorAll("#all tbody tr").length, document.querySelector("#findings .cut").textContent];
    dispatchEvent(new Event("afterprint"));
    return told;
  });
  assert.equal(rows, Number(said.match(/Showing (\d+) of/)[1]));
  assert.equal((await focus())[1], "Page 100 of 100", "and the screen is as it was");
  await much.locator("#reset").click();
  return said;
});
await check("a search finds each row by the same texts, whether it stood in the page or came as data", async () => {
  const input = async (selector, text) => {
    await much.locator(selector).fill(text);
    await much.waitForTimeout(300);
    return Number((await much.locator("#count").innerText()).match(/^[\d,]+/)[0].replaceAll(",", ""));
  };
  const words = ["roster", "export", "matched", "days", "2026"];
  const drawn = await much.evaluate((all) => {
    const without = [...document.querySelectorAll("#findings .soft")].some((e) => e.textContent.startsWith("The search covers everything but the reasons"));
    const counts = Object.fromEntries(all.map((word) => [word, 0]));
    for (;;) {
      for (const row of document.querySelectorAll("#all tbody tr")) {
        const e = row.cloneNode(true);
        if (without) for (const why of e.querySelectorAll("details:not(.steps) > .reason, details:not(.steps) > p:not(.soft)")) why.remove();
        for (const word of all) if (e.textContent.toLowerCase().includes(word)) counts[word] += 1;
      }
      const next = [...document.querySelectorAll(".pager button")].find((b) => b.textContent === "Next");
      if (!next || next.disabled) return counts;
      next.click();
    }
  }, words);
  const found = {};
  for (const word of words) found[word] = await input("#find", word);
  assert.deepEqual(found, drawn);
  assert.ok(Object.values(drawn).some((n) => n > 5_000), JSON.stringify(drawn));
  assert.equal(await input("#find", "ｐｅｒｓｏｎ1234@"), 3, "the same letters, written otherwise");
  await input("#find", "");
  assert.equal(await input("#search", "ｐｅｒｓｏｎ1234@"), 3, "in the search of the page, too");
  await input("#search", "");
  await much.locator("#reset").click();
  return JSON.stringify(found);
});
await check("a link to a person or an app that the page does not hold is answered", async () => {
  const fresh = await open(`${address(large)}#person-nobody`);
  assert.match(await fresh.locator("#findings p[role=status].cut").innerText(), /nothing about the person of this link/);
  await fresh.evaluate(() => { location.hash = "app-gone"; });
  await fresh.waitForTimeout(100);
  assert.match(await fresh.locator("#findings p[role=status].cut").innerText(), /nothing about the app gone/);
  await fresh.close();
});
await check("a link leads to a finding that is drawn only then, and to a person without a card", async () => {
  const [id, person] = await much.evaluate(() => {
    const rest = JSON.parse(document.getElementById("rest").textContent);
    const line = rest.rows.at(-1);
    return [line[0], rest.people[line[6]][0]];
  });
  assert.equal(await much.locator(`[id="finding-${id}"]`).count(), 0);
  const fresh = await open(`${address(large)}#finding-${id}`);
  const row = fresh.locator(`[id="finding-${id}"]`);
  assert.equal(await inView(row), true);
  assert.equal(await row.getAttribute("class"), "target");
  assert.ok((await row.locator("td").nth(1).innerText()).length > 40, "it says what to do and why, or where that stands");
  await fresh.evaluate((to) => { location.hash = to; }, person);
  assert.equal(await fresh.locator("#all tbody tr").count(), 3);
  await lay(fresh);
  assert.deepEqual(await overflow(fresh), []);
  const found = await axe(fresh);
  assert.deepEqual(found, [], found.join("\n"));
});
await check("rows that the script draws show code as the others do, and say that a number is a role", async () => {
  // The same page with other texts: data is not what the policy's hashes are of.
  const [before, data, behind] = readFileSync(large, "utf8").split(/(?<=<script[^>]* id="rest"[^>]*>)(.*?)(?=<\/script>)/s);
  const changed = data.replaceAll("End its sessions", "End `its` sessions").replaceAll("assumed: ", "assumed`: ").replaceAll('"member"', '"42"');
  const file = path.join(path.dirname(large), "other-texts.html");
  writeFileSync(file, before + changed + behind);
  const page = await open(address(file));
  await page.locator(".pager").first().getByRole("button", { name: "Last" }).click();
  const [gist, reason, meta] = await page.locator("#all tbody tr").last().evaluate((row) =>
    [row.querySelector("p.do"), [...row.querySelectorAll(".reason > li")].at(-1), row.cells[3].querySelector(".meta")].map((e) => e?.innerHTML ?? ""));
  assert.match(gist, /End <code>its<\/code> sessions/);
  assert.ok(reason === "" || /^<bdi>assumed`: /.test(reason), `one backtick alone is no mark: ${reason}`);
  assert.match(meta, / · role <bdi>42<\/bdi>/);
  await page.locator("#find").fill("end its sessions");
  await page.waitForTimeout(300);
  assert.match(await page.locator("#count").innerText(), /^10,000 rows\b/, "the marks stand in no row's text");
  await page.close();
});
await check("without JavaScript the gravest of them are there, and the rest is named", async () => {
  const still = await open(address(large), { javaScriptEnabled: false });
  assert.ok(await still.locator("#findings tbody tr:visible").count() >= 200);
  assert.match(await still.locator("#findings .cut").first().innerText(), /Showing \d+ of [\d,]+, the gravest first\. All are in findings\.csv/);
});

// ---- Two kept runs and a third.
const third = await open(address(history));
await check("with kept runs it is said what is new, back, closed and still there", async () => {
  const answer = (await third.locator(".answers > section").nth(3).innerText()).replace(/\s+/g, " ");
  assert.match(answer, /Since 20 Oct 2026, 12:00: 2 new 1 back 1 closed 2 still open/, answer);
  const names = async (id) => (await third.locator(`#${id} + *`).innerText()).replace(/\s+/g, " ");
  assert.match(await names("new-findings"), /person1@harbourlight\.example, Ben Ito high Leaver can still sign in in wiki: person3@harbourlight\.example, Dov Lund$/);
  assert.match(await names("back-findings"), /person1@harbourlight\.example, Ben Ito$/);
  const closed = await names("closed-findings");
  assert.match(closed, /person2@harbourlight\.example Cleo Fox ✓ a list shows that it is gone/);
  const marks = await third.$$eval("#all tbody tr[data-rule=residual-login-capable]", (all) => all.map((row) => [row.cells[4].querySelector("bdi").textContent, row.dataset.n]));
  assert.deepEqual(Object.fromEntries(marks), { "Ada Vos": "old", "Ben Ito": "back", "Dov Lund": "new" });
  await third.locator("#new-findings + ul a").first().click();
  assert.equal(await inView(third.locator("tr.target")), true);
  assert.equal(await third.locator("tr.target").getAttribute("data-n"), "new");
  await third.locator("select[data-by=since]").selectOption("back");
  assert.equal(await third.locator("#all tbody tr").count(), 1);
  await third.locator("#reset").click();
  return answer;
});
await check("the trend and the times to revoke are drawn from the kept runs", async () => {
  await lay(third);
  const told = (await third.locator("figure:has(#h-trend) tbody tr").allInnerTexts()).map((row) => row.replace(/\s+/g, " "));
  assert.deepEqual(told.map((row) => row.split(", 12:00 ")[1].split(" ").slice(0, 3).join(" ")), ["4 3 3", "3 2 2", "3 3 3"], "leavers, with access, live accounts");
  assert.match(await third.locator(".moved").innerText(), /1 more than in the last kept run/);
  assert.equal(await third.locator("figure:has(#h-trend) .dot-people").count(), 3);
  assert.equal(await third.locator("figure:has(#h-trend) .dot-live").count(), 3);
  // The two lines have the same numbers: one is drawn upon the other, and both are seen.
  const lines = await third.$$eval("figure:has(#h-trend) polyline", (all) => all.map((e) => [e.getAttribute("points"), parseFloat(getComputedStyle(e).strokeWidth), getComputedStyle(e).strokeDasharray]));
  assert.ok(lines[0][1] > lines[1][1] && lines[0][2] === "none" && lines[1][2] !== "none", JSON.stringify(lines));
  const times = (await third.locator("figure:has(#h-revoke) tbody tr").last().innerText()).replace(/\s+/g, " ");
  assert.match(times, /^not shown to have ended 3$/);
  assert.deepEqual(await overflow(third), []);
  const found = await axe(third);
  assert.deepEqual(found, [], found.join("\n"));
});

// ---- A company of which nothing is found.
const quiet = await open(address(calm));
await check("where nothing is found, nothing is asked", async () => {
  assert.match(await quiet.locator("#findings").innerText(), /None\./);
  assert.equal(await quiet.locator("#deciding").isVisible(), false);
  assert.match(await quiet.locator("#review").innerText(), /Nothing is found, so there is nothing to decide\.$/);
  await quiet.locator("#search").fill("nobody");
  await quiet.locator("#hits").filter({ hasText: /^0 hits$/ }).waitFor();
  await quiet.locator("#search").press("Enter");
  const found = await axe(quiet);
  assert.deepEqual(found, [], found.join("\n"));
});

// ---- The catalog's pages.
const products = readdirSync(path.join(catalog, "products")).filter((name) => name.endsWith(".html"));
for (const name of ["index.html", "products/slack.html", "products/framer.html"]) {
  await check(`axe-core finds nothing in the catalog's ${name}, and it does not scroll sideways`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 360]) {
        const look = await open(address(path.join(catalog, name)), { colorScheme, viewport: { width, height: 900 } });
        assert.deepEqual(await overflow(look), [], `${width} px`);
        const within = await look.$$eval(".wide", (all) => all.map((e) => e.scrollWidth - e.clientWidth));
        assert.ok(width < 1280 || within.every((more) => more <= 0), `the table is ${within} px wider than its region`);
        const found = await axe(look);
        assert.deepEqual(found, [], `${colorScheme}, ${width} px:\n${found.join("\n")}`);
        await look.context().close();
      }
    }
    const phone = await open(address(path.join(catalog, name)), { viewport: { width: 320, height: 640 } });
    assert.deepEqual(await overflow(phone), [], "320 px");
    await phone.context().close();
    return `${products.length} products`;
  });
}

await much.waitForTimeout(250);
await end();
