// The sample company's report in a browser. Usage: node report.mjs REPORT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { axe, check, end, inView, lay, nothingBrought, open, overflow, pages, reloaded } from "./harness.mjs";

const [report] = process.argv.slice(2);
assert.ok(report, "usage: node report.mjs REPORT");
const url = pathToFileURL(report).href;
const SCRIPTS = readFileSync(report, "utf8").match(/<script>/g).length;

/** The entries the search works on: whether each is displayed, and what it says. */
const entries = (page) => page.$$eval(".hit", (all) => all.map((e) => ({
  shown: getComputedStyle(e).display !== "none",
  text: e.textContent.toLowerCase().replace(/\s+/g, " "),
})));

const page = await open(url);

await check("the table's library is the published one", () => {
  const published = readFileSync(new URL("node_modules/@tanstack/table-core/build/umd/index.production.js", import.meta.url), "utf8");
  const plain = published.split("\n").filter((line) => !line.startsWith("//# sourceMappingURL")).join("\n");
  const html = readFileSync(report, "utf8");
  assert.ok(html.includes(plain.trim()), "templates/report/table-core.js differs from npm's");
  assert.ok(html.includes("Permission is hereby granted"), "its licence stands with it");
});

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

await check("four questions are answered on the first screen, each with a link to all of it", async () => {
  const answers = page.locator(".answers > section");
  const said = (await answers.allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
  assert.equal(said.length, 4);
  assert.match(said[0], /^Who still has access that should not\? 10 of 17 leavers, with 14 live accounts.*Viktor Hartmann 4 accounts left/);
  assert.match(said[1], /^Which apps must be offboarded by hand\? A person has to do it in 3 apps: Samepage, Secureframe, Framer/);
  assert.match(said[2], /^How do I know the lists are complete\? 16 of 19 lists can be relied upon: 2 with a count that the system confirms.*1 row could not be read; every other row is accounted for/);
  assert.match(said[3], /^What changed since last time\? Not known: no earlier run is kept\./);
  for (const answer of await answers.all()) {
    const box = await answer.boundingBox();
    assert.ok(box.y + box.height < 1100, "not far down");
  }
  for (const href of ["#first", "#by-hand", "#lists"]) {
    await page.locator(`.answers a[href="${href}"]`).click();
    assert.equal(await inView(page.locator(`${href} h2`)), true, href);
  }
});

await check("search shows what matches and nothing else, and clearing it restores", async () => {
  const before = await entries(page);
  const rows = await page.locator("#findings tbody tr").count();
  assert.ok(before.length > 0 && before.every((e) => e.shown), "every entry is shown at first");
  const hits = page.locator("#hits");
  await page.locator("#search").fill("hartmann");
  await hits.filter({ hasText: /\d+ hits?/ }).waitFor();
  const after = await entries(page);
  const shown = after.filter((e) => e.shown);
  assert.deepEqual(shown.filter((e) => !e.text.includes("hartmann")), [], "no other entry is shown");
  assert.deepEqual(after.filter((e) => !e.shown && e.text.includes("hartmann")), [], "no match is hidden");
  const found = await page.$$eval("#findings tbody tr", (all) => all.map((row) => row.textContent.toLowerCase()));
  assert.ok(found.length > 0 && found.length < rows && found.every((text) => text.includes("hartmann")), "findings, too");
  assert.equal(await hits.innerText(), `${shown.length + found.length} hits`);
  assert.deepEqual(await page.locator("#first .card:visible h3").allTextContents(), ["Viktor Hartmann"]);
  await page.locator("#search").fill("");
  await page.waitForFunction(() => document.getElementById("hits").value === "");
  assert.deepEqual(await entries(page), before);
  assert.equal(await page.locator("#findings tbody tr").count(), rows);
  return `${shown.length} of ${before.length} entries, ${found.length} of ${rows} findings`;
});

await check("Enter goes from hit to hit, in cards and in the table, and back; what has none says so", async () => {
  const search = page.locator("#search");
  const hits = page.locator("#hits");
  await search.fill("hartmann");
  await search.press("Enter");
  const [at, n] = (await hits.innerText()).match(/^(\d+) of (\d+) hits$/).slice(1).map(Number);
  assert.equal(at, 1);
  const seen = new Set();
  for (let k = 1; k <= n; k += 1) {
    assert.equal(await hits.innerText(), `${k} of ${n} hits`);
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      const box = e.getBoundingClientRect();
      const place = e.closest("section").id;
      return { place, text: e.textContent.toLowerCase(), inView: box.height > 0 && box.top >= 0 && box.top < innerHeight, at: [...document.querySelectorAll(".hit, #all tbody tr")].indexOf(e) };
    });
    assert.ok(here.inView && here.text.includes("hartmann"), JSON.stringify({ ...here, text: here.text.slice(0, 80) }));
    seen.add(here.place);
    assert.ok(here.at >= 0);
    await page.keyboard.press("Enter");
  }
  assert.equal(await hits.innerText(), `1 of ${n} hits`, "after the last comes the first");
  await page.keyboard.press("Shift+Enter");
  assert.equal(await hits.innerText(), `${n} of ${n} hits`);
  assert.ok(seen.has("first") && seen.has("findings"), [...seen].join(", "));
  await page.locator("#steps button").last().click();
  assert.equal(await hits.innerText(), `1 of ${n} hits`);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await search.fill("nothing has these words");
  await hits.filter({ hasText: /^0 hits$/ }).waitFor();
  const bare = await page.$$eval("main table, main .others, main .entries", (all) => all.filter((e) => e.checkVisibility() && e.querySelector(".hit") && !e.querySelector(".hit:not([hidden])")).length);
  assert.equal(bare, 0, "no list is empty without a word");
  assert.ok(await page.locator(".nothing:visible").count() > 4);
  assert.equal(await page.locator("#steps").isVisible(), false);
  await search.press("Enter");
  await search.fill("");
  await page.waitForFunction(() => document.getElementById("hits").value === "");
  assert.equal(await page.locator(".nothing:visible").count(), 0);
  return `${n} hits in ${[...seen].join(", ")}`;
});

await check("severity filter", async () => {
  const rows = page.locator("#findings tbody tr");
  const total = await rows.count();
  const select = page.locator("#findings select[data-by=severity]");
  const severities = await select.locator("option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
  assert.deepEqual(severities, ["critical", "high", "medium", "low", "info"]);
  const counts = [];
  for (const severity of severities) {
    await select.selectOption(severity);
    const kept = await rows.evaluateAll((all) => all.map((row) => row.dataset.s));
    assert.ok(kept.length > 0 && kept.length < total, `${severity}: ${kept.length} of ${total}`);
    assert.ok(kept.every((s) => s === severity), `${severity}: ${kept}`);
    assert.match(await page.locator("#count").innerText(), new RegExp(`^${kept.length} of ${total} rows?(: |$)`));
    assert.equal(await select.locator("option:checked").innerText(), `${severity} (${kept.length})`);
    counts.push(kept.length);
  }
  // The summary counts what is open, the table has the others, too, and says so.
  await select.selectOption("medium");
  const open = await page.locator("#h-severities ~ .legend li", { hasText: "medium" }).locator("b").innerText();
  const said = (await page.locator("#count").innerText()).match(/^(\d+) of \d+ rows: (\d+) open, (\d+) cannot tell, (\d+) excepted$/).slice(1).map(Number);
  assert.equal(said[1], Number(open));
  assert.equal(said[0], said[1] + said[2] + said[3]);
  assert.equal(counts.reduce((a, b) => a + b), total, "every row has one severity");
  await page.locator("#reset").click();
  assert.equal(await rows.count(), total);
  return `${counts.join(" + ")} = ${total}`;
});

await check("sorting a column, and again in reverse, with the keyboard alone", async () => {
  const head = page.locator("#findings thead th", { hasText: "App" });
  const apps = () => page.$$eval("#findings tbody tr", (all) => all.map((row) => row.cells[2].textContent.trim()));
  const before = await apps();
  await head.getByRole("button").focus();
  await page.keyboard.press("Enter");
  const up = await apps();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(up, [...before].sort(new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare));
  assert.ok(new Set(up).size > 2 && up[0] !== up.at(-1));
  await page.keyboard.press("Space");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  const down = await apps();
  assert.deepEqual(down, [...up].sort((a, b) => new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare(b, a)));
  return `${before.length} rows`;
});

await check("the keyboard reaches search, filters and details, in this order, and the focus can be seen", async () => {
  await page.locator("#find").focus();
  await page.keyboard.type("zoom");
  await page.waitForFunction(() => document.getElementById("count").value.includes(" of "));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.by), "severity");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector("#findings tbody tr").dataset.s === "critical");
  await page.locator("#reset").focus();
  await page.keyboard.press("Enter");
  const why = page.locator("#findings tbody tr").first().locator("summary", { hasText: /^Why$/ });
  await why.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#findings tbody tr").first().locator("details:not(.steps) ol.reason").isVisible(), true);
  // A search waits for the last key: when it looks at last, it takes the focus from nothing.
  await page.waitForTimeout(300);
  assert.equal(await why.evaluate((e) => e === document.activeElement), true, "the focus stays where the reader put it");
  await page.keyboard.press("Enter");
  const skip = await open(url);
  await skip.keyboard.press("Tab");
  assert.equal(await skip.evaluate(() => document.activeElement.className), "skip");
  assert.equal(await inView(skip.locator(".skip")), true);
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
  const links = page.locator("#findings tbody tr td:nth-child(2) > a");
  const hrefs = new Set(await links.evaluateAll((all) => all.map((a) => a.getAttribute("href"))));
  assert.ok(hrefs.size > 1);
  for (const href of hrefs) {
    const link = page.locator(`#findings tbody a[href="${href}"]`).first();
    const target = page.locator(`article.rule[id="${href.slice(1)}"]`);
    assert.equal(await target.count(), 1, `${href} leads somewhere`);
    await link.scrollIntoViewIfNeeded();
    assert.equal(await inView(target), false, href);
    await link.click();
    await page.waitForFunction((id) => document.querySelector(".target")?.id === id, href.slice(1));
    assert.equal(await inView(target), true, href);
    assert.equal(await target.locator("h3").textContent(), await link.textContent());
  }
  return `${hrefs.size} rules`;
});

await check("links to findings, people and apps open what they lead to, also where it is filtered away or folded", async () => {
  const ids = await page.$$eval("[data-finding]", (all) => [...new Set(all.map((e) => e.dataset.finding))]);
  const people = await page.$$eval(".card", (all) => all.map((e) => e.id));
  const apps = await page.$$eval("details.app", (all) => all.map((e) => e.id));
  assert.ok(ids.length > 40 && people.length > 8 && apps.length > 10);
  assert.ok(people.every((id) => /^person-/.test(id)));
  const row = (id) => page.locator(`[id="finding-${id}"]`);
  const go = (hash) => page.evaluate((to) => { location.hash = to; }, hash);
  await page.locator("#findings select[data-by=severity]").selectOption("info");
  const critical = await page.evaluate(() => document.querySelector(".card [data-finding]").dataset.finding);
  assert.equal(await row(critical).count(), 0, "it is filtered away");
  await go(`finding-${critical}`);
  assert.equal(await inView(row(critical)), true);
  assert.equal(await row(critical).locator("details:not(.steps)").first().evaluate((d) => d.open), true);
  // The older form, in a new page.
  const fresh = await open(`${url}#${ids.at(-1)}`);
  assert.equal(await inView(fresh.locator(`[id="finding-${ids.at(-1)}"]`)), true);
  for (const id of [people.at(-1), apps[3]]) {
    await page.locator("#search").fill("nothing has these words");
    await page.waitForFunction(() => document.getElementById("hits").value === "0 hits");
    await go(id);
    assert.equal(await inView(page.locator(`[id="${id}"]`)), true, id);
    await page.locator("#search").fill("");
    await page.waitForFunction(() => document.getElementById("hits").value === "");
  }
  assert.equal(await page.locator(`[id="${apps[3]}"]`).evaluate((d) => d.open), true);
  // Somebody with findings and no card: the table shows theirs.
  const other = await page.evaluate(() => {
    const cards = new Set([...document.querySelectorAll(".card")].map((e) => e.id));
    return [...document.querySelectorAll("#all tr[data-person]")].map((e) => `person-${e.dataset.person}`).find((id) => id !== "person-" && !cards.has(id));
  });
  await go(other);
  const left = await page.$$eval("#all tbody tr", (all) => all.map((e) => `person-${e.dataset.person}`));
  assert.ok(left.length > 0 && left.every((id) => id === other), other);
  await page.locator(".only").click();
  await go("finding-v1:00000000000000000000000000000000");
  assert.match(await page.locator("#findings .cut[role=status]").innerText(), /does not hold v1:0000/);
  return `${ids.length} findings, ${people.length} people, ${apps.length} apps`;
});

await check("every finding has its hooks, and tells when it is shown", async () => {
  const bare = await page.$$eval("#all tbody tr, .card .one", (all) => all.filter((e) => !(e.dataset.finding?.startsWith("v1:") && e.dataset.rule && e.querySelector(".decide button"))).length);
  assert.equal(bare, 0);
  const told = await page.evaluate(() => {
    const told = [];
    document.addEventListener("coverage:finding-shown", (e) => told.push(e.target.dataset.finding === e.detail.finding));
    document.querySelector("#reset").click();
    return told;
  });
  assert.ok(told.length >= await page.locator("#all tbody tr").count() && told.every(Boolean));
});

await check("each picture has a title, a description and its numbers in words", async () => {
  const bad = await page.$$eval("svg", (all) => all.filter((svg) => {
    if (svg.classList.contains("bar")) return !svg.getAttribute("aria-label");
    const by = (name) => document.getElementById(svg.getAttribute(name))?.textContent.trim();
    return svg.getAttribute("role") !== "img" || !by("aria-labelledby") || !by("aria-describedby");
  }).map((svg) => svg.outerHTML.slice(0, 120)));
  assert.deepEqual(bad, []);
  // The columns of the chart add up to the headline, and so does the table beside it.
  const sums = await page.evaluate(() => {
    const chart = document.getElementById("h-ages").closest("figure");
    const number = (e) => Number(e.textContent || 0);
    return {
      drawn: [...chart.querySelectorAll("text.value")].map(number).reduce((a, b) => a + b),
      written: [...chart.querySelectorAll("tbody td:last-child")].map(number).reduce((a, b) => a + b),
    };
  });
  assert.deepEqual(sums, { drawn: 14, written: 14 });
  // The heat map says of each app what the overview says.
  const [heat, overview] = await page.evaluate(() => [
    [...document.querySelectorAll(".heat g.cell > text")].map((e) => e.textContent),
    [...document.querySelectorAll(".overview .level")].map((e) => e.textContent),
  ]);
  assert.deepEqual(heat, overview);
  const person = page.locator(".card", { hasText: "Viktor Hartmann" }).locator(".drawing");
  await person.locator("summary").click();
  const drawn = await person.locator("svg g.node title").allTextContents();
  await person.locator("svg").scrollIntoViewIfNeeded();
  assert.equal(await inView(person.locator("svg g.node").first()), true);
  assert.ok(drawn.some((t) => t.startsWith("Viktor Hartmann")) && drawn.filter((t) => t.includes("viktor.hartmann@")).length >= 4, drawn.join(" | "));
  return `${await page.locator("svg").count()} pictures, ${heat.length} cells`;
});

await check("dark and light: as the system says, until somebody says otherwise, and that is remembered", async () => {
  const dark = await open(url, { colorScheme: "dark" });
  const paper = () => dark.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const night = await paper();
  await dark.locator("#theme").click();
  const day = await paper();
  assert.notEqual(night, day);
  assert.equal(await dark.locator("#theme").innerText(), "Dark");
  await dark.reload();
  reloaded(url);
  assert.equal(await paper(), day, "after a reload");
  return `${night}, ${day}`;
});

await check("a link to a folded app opens it", async () => {
  const link = page.locator("#first .card .in a").first();
  const target = page.locator(`details[id="${(await link.getAttribute("href")).slice(1)}"]`);
  await target.evaluate((d) => { d.open = false; });
  await link.click();
  await target.locator(".inside").waitFor({ state: "visible" });
});

await check("each finding under what to do, and in the table, has its button in sight", async () => {
  const first = await page.$$eval("#first .one, #first .others > li", (all) => all.filter((e) => !e.querySelector(".decide button")?.checkVisibility({ visibilityProperty: true })).length);
  assert.equal(first, 0);
  const others = await page.locator("#first .others > li").count();
  assert.ok(others >= 20, `${others}`);
  const fresh = await open(url);
  const folded = await fresh.$$eval("#all tbody tr", (all) => all.filter((row) => !row.querySelector(".decide button")?.checkVisibility()).length);
  assert.equal(folded, 0);
  const names = await fresh.$$eval("#first .others .decide button", (all) => all.map((b) => b.getAttribute("aria-label")));
  assert.ok(names.every((name) => /^Decide: .{8,}/.test(name)), names.join(" | "));
  await fresh.locator("#first .others .decide button").first().click();
  assert.equal(await fresh.locator("#first .others form.deciding").isVisible(), true);
  await fresh.context().close();
});

await check("what can be pressed is large enough, and colours of one's own leave the legends", async () => {
  const small = await page.$$eval("th button, .decide button, #steps button, .filters button", (all) => all.filter((b) => b.checkVisibility() && b.getBoundingClientRect().height < 24).map((b) => b.textContent));
  assert.deepEqual(small, []);
  const forced = await open(url, { forcedColors: "active" });
  const keys = await forced.$$eval(".key", (all) => all.map((e) => getComputedStyle(e).backgroundColor));
  assert.ok(keys.length > 8 && new Set(keys).size > 3, [...new Set(keys)].join(", "));
  await forced.context().close();
});

await check("prints as a document with numbered pages, and nothing that only a screen can use", async () => {
  const paper = await open(url);
  await paper.emulateMedia({ media: "print" });
  for (const gone of [".toc", ".filters", "#theme", ".pager"]) assert.equal(await paper.locator(gone).first().isVisible(), false, gone);
  const pdf = await paper.pdf({ preferCSSPageSize: true, outline: true, tagged: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.toString("latin1").includes("/Outlines"), "headings make an outline");
  assert.ok(pages(pdf) < 58, `${pages(pdf)} pages`);
  // Whatever is searched, filtered and ticked: nothing on paper would say so.
  await paper.emulateMedia({ media: null });
  await paper.locator("#findings select[data-by=severity]").selectOption("low");
  await paper.locator("#review-undecided").check();
  await paper.locator("#search").fill("webflow");
  await paper.locator("#hits").filter({ hasText: /\d+ hits?/ }).waitFor();
  const [said, hits] = [await paper.locator("#count").innerText(), await paper.locator("#hits").innerText()];
  const shown = () => paper.$$eval(".hit", (all) => all.map((e) => e.hidden).join());
  const before = await shown();
  const again = await paper.pdf({ preferCSSPageSize: true, outline: true, tagged: true });
  assert.equal(pages(again), pages(pdf), "as many pages with a search and filters");
  assert.ok(Math.abs(again.length - pdf.length) < pdf.length / 50, `${again.length} and ${pdf.length} bytes`);
  assert.deepEqual([await paper.locator("#count").innerText(), await paper.locator("#hits").innerText(), await shown()], [said, hits, before], "and the screen is as it was");
  assert.equal(await paper.locator("#review-undecided").isChecked(), true);
  return `${pages(pdf)} pages, ${Math.round(pdf.length / 1000)} kB of PDF`;
});

// Cards off the screen are not laid out, and have no inner text, until a reader comes near (`content-visibility`).
const narrow = await open(url, { viewport: { width: 360, height: 740 } });
await check("360 px wide: nothing sticks out, folded or open", async () => {
  assert.equal(await narrow.evaluate(() => innerWidth), 360);
  assert.deepEqual(await overflow(narrow), []);
  // A picture that is wider than the screen says so.
  const hint = () => narrow.$eval("figure:has(#h-ages) figcaption", (e) => getComputedStyle(e, "::after").content);
  assert.match(await hint(), /scroll it sideways/);
  await lay(narrow);
  assert.deepEqual(await overflow(narrow), []);
});

for (const [name, address] of [["report.html", url], ["worksheets.html", new URL("worksheets.html", url).href], ["ipe.html", new URL("ipe.html", url).href]]) {
  await check(`axe-core finds nothing in ${name}`, async () => {
    const looks = [];
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 360]) {
        const look = await open(address, { colorScheme, viewport: { width, height: 900 } });
        const found = await axe(look);
        assert.deepEqual(found, [], `${colorScheme}, ${width} px:\n${found.join("\n")}`);
        looks.push(`${colorScheme} ${width}`);
        await look.context().close();
      }
    }
    return looks.join(", ");
  });
}

const still = await open(url, { javaScriptEnabled: false });
await check("without JavaScript everything is there, and details open", async () => {
  const names = await still.locator("#first .card:visible h3").allTextContents();
  for (const idle of ["#search", ".filters", "#theme", ".pager", ".tools"]) {
    assert.equal(await still.locator(idle).first().isVisible(), false, `${idle} cannot work`);
  }
  assert.ok(names.includes("Viktor Hartmann"));
  assert.equal(names.length, await page.locator("#first .card").count());
  assert.equal(await still.locator("#findings tbody tr:visible").count(), await page.locator("#all tbody tr").count());
  const why = still.locator("#findings tbody tr details:not(.steps)").first();
  await why.locator("summary").click();
  assert.equal(await why.locator("ol").isVisible(), true);
  return `${names.length} people`;
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
  await nothingBrought(page, SCRIPTS);
  return `${Object.keys(names).length} names`;
});

// The worksheets lie beside the report.
const sheets = await open(new URL("worksheets.html", url).href);
await check("a worksheet for each app with live accounts of leavers, with lines to fill in", async () => {
  const ids = await sheets.$$eval("section.sheet", (all) => all.map((e) => e.id));
  const linked = await page.$$eval("#apps a[href^='worksheets.html#']", (all) => all.map((a) => a.hash.slice(1)));
  const ofApps = ids.filter((id) => id.startsWith("app-"));
  assert.deepEqual([...ofApps].sort(), [...linked].sort());
  assert.equal(ids.length - ofApps.length, 2, "and one for each directory");
  const order = await page.$$eval(".order a[href^='worksheets.html#']", (all) => all.map((a) => a.hash.slice(1)));
  assert.deepEqual(order, ids, "in the order of work");
  const zoom = sheets.locator("#app-zoom");
  assert.deepEqual(await zoom.locator(".task h3 bdi").allTextContents(), ["Viktor Hartmann", "Callum Fairweather", "Mirela Popescu"]);
  assert.deepEqual(await zoom.locator(".task").first().locator("dt").allTextContents(), ["Done by", "Date", "Ticket", "Proof is at"]);
  assert.ok(await zoom.locator("ol.do li").count() >= 3);
  await sheets.locator(".list a").first().click();
  assert.equal(await inView(sheets.locator("section.sheet h2").first()), true);
  await nothingBrought(sheets, 0);
  return `${ids.length} sheets`;
});
await check("worksheets print, each on a page of its own, and fit a narrow screen", async () => {
  await sheets.emulateMedia({ media: "print" });
  const heads = await sheets.$$eval(".task", (all) => all.map((e) => [e.closest(".sheet").querySelector("h2").innerText, e.querySelector(".of").innerText]));
  assert.ok(heads.length > 10 && heads.every(([app, head]) => head.startsWith(`${app}, as of `)), "each card names app and day");
  await sheets.emulateMedia({ media: null });
  const pdf = await sheets.pdf({ preferCSSPageSize: true });
  assert.ok(pages(pdf) > await sheets.locator("section.sheet").count(), `${pages(pdf)} pages`);
  await sheets.setViewportSize({ width: 360, height: 740 });
  assert.ok(await sheets.evaluate(() => document.scrollingElement.scrollWidth) <= 360);
  return `${pages(pdf)} pages`;
});

// A last moment for anything that was put off.
await page.waitForTimeout(250);
await end();
