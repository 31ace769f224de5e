// Deciding in the page, with the keyboard, and what `coverage review apply` makes of the file.
// Usage: node review.mjs WORKSPACE SCRATCH COVERAGE…   (a copy of a workspace that may be changed, an empty folder, the program)

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [workspace, scratch, ...coverage] = process.argv.slice(2);
assert.ok(workspace && scratch && coverage.length, "usage: node review.mjs WORKSPACE SCRATCH COVERAGE…");
const run = (...args) => execFileSync(coverage[0], [...coverage.slice(1), ...args], { encoding: "utf8" });
const out = join(scratch, "review-report");
const report = (...more) => {
  run("report", workspace, "--out", out, "--quiet", ...more);
  return JSON.parse(readFileSync(join(out, "findings.json"), "utf8"));
};
report();
const url = pathToFileURL(join(out, "report.html")).href;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const requests = [];
const complaints = [];
const watch = (page) => {
  page.on("request", (r) => requests.push(r.url()));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => complaints.push(`page error: ${e.message}`));
  page.on("dialog", (d) => { complaints.push(`dialog: ${d.message()}`); d.dismiss(); });
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
    await browser.close();
    process.exit(1);
  }
};

const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
context.setDefaultTimeout(10_000);
const page = await context.newPage();
watch(page);
await page.goto(url, { waitUntil: "load" });

const HOSTILE = "- a: \"b\" # c\n'd' \\ {e: [f]} \u202eg \u{1f600}\ud800 =1+1 <script>alert(1)</script> --- \u2028x";
const total = () => page.locator("#review-total").innerText();

// A finding is decided where it stands below a leaver, else in the table of all, whose reasons are folded.
const decideButton = async (finding) => {
  await page.evaluate((id) => {
    const e = document.querySelector(`[data-finding="${id}"] .decide button`);
    for (let up = e; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  }, finding);
  return page.locator(`[data-finding="${finding}"] .decide button`).first();
};
/** Decides with nothing but keys. */
const decide = async (finding, word, { reason, until, person } = {}) => {
  await (await decideButton(finding)).focus();
  await page.keyboard.press("Enter");
  const form = page.locator("form.deciding");
  await form.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.type), "radio", "the first choice has the focus");
  for (let n = 0; n < 6; n += 1) {
    if (await page.evaluate(() => document.activeElement.checked && document.activeElement.value) === word) break;
    await page.keyboard.press(n === 0 && !(await page.evaluate(() => document.activeElement.checked)) ? "Space" : "ArrowDown");
  }
  assert.equal(await page.evaluate(() => document.activeElement.value), word);
  await page.keyboard.press("Tab");
  if (reason) await page.keyboard.insertText(reason);
  if (until) {
    await page.keyboard.press("Tab");
    await form.locator("input[type=date]").fill(until);
  }
  if (person) await form.locator("input[type=text]").fill(person);
  await form.getByRole("button", { name: "Save" }).press("Enter");
};

const findings = await page.$$eval("[data-finding]", (all) => all.map((e) => ({ status: "open", ...e.dataset, held: "held" in e.dataset })));
const first = (is) => findings.find((f) => is(f) && document_has(f)).finding;
const withBox = new Set(await page.$$eval("[data-finding] .decide button", (all) => all.map((b) => b.closest("[data-finding]").dataset.finding)));
const document_has = (f) => withBox.has(f.finding);
const residual = findings.filter((f) => f.rule === "residual-login-capable" && withBox.has(f.finding)).map((f) => f.finding);
const leavers = [...new Set(residual)];
const orphan = first((f) => f.rule === "orphan-account" && f.status === "open" && f.held);
const undecidable = first((f) => f.status === "not-evaluable");
assert.ok(leavers.length >= 3, "the sample has leavers with logins");

await check("progress begins at nothing", async () => {
  assert.match(await total(), /^0 of \d+ decided/);
  assert.ok(await page.locator("#review-download").isDisabled());
  return total();
});

await check("every form can be understood without seeing it", async () => {
  const button = await decideButton(leavers[0]);
  const name = await button.getAttribute("aria-label");
  assert.match(name, /^Decide: .{5,}/);
  await button.focus();
  await page.keyboard.press("Enter");
  const form = page.locator("form.deciding");
  const unnamed = await form.locator("input, textarea, button").evaluateAll((all) => all.filter((e) =>
    !(e.textContent.trim() || e.labels?.[0]?.textContent.trim())).length);
  assert.equal(unnamed, 0, "every field has a label");
  assert.ok(await form.getByRole("group").count(), "the choices are a group with a name");
  await form.getByRole("button", { name: "Save" }).press("Enter");
  assert.equal(await form.getByRole("alert").innerText(), "Choose what is to become of it.");
  await page.keyboard.press("Escape");
  assert.equal(await form.count(), 0, "Escape closes it");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), name, "and the focus is back");
  return name;
});

await check("a reason is asked for, and what cannot be decided cannot be kept", async () => {
  await (await decideButton(leavers[0])).press("Enter");
  const form = page.locator("form.deciding");
  await form.getByRole("radio", { name: /^Keep/ }).check();
  await form.getByRole("button", { name: "Save" }).press("Enter");
  assert.equal(await form.getByRole("alert").innerText(), "Write why.");
  await page.keyboard.press("Escape");
  await (await decideButton(undecidable)).press("Enter");
  assert.equal(await page.locator("form.deciding").getByRole("radio", { name: /^Keep/ }).count(), 0);
  await page.keyboard.press("Escape");
});

await check("decisions with the keyboard", async () => {
  await decide(leavers[0], "revoke");
  await decide(leavers[1], "keep", { reason: HOSTILE });
  await decide(leavers[2], "exception", { reason: "hands over until the audit ends", until: "2099-12-31", person: "chiamaka.obi@nordwind.example" });
  await decide(orphan, "assign-to", { reason: "asked \"her\": yes # really", person: "xenia.tsakalidou@nordwind.example" });
  assert.match(await total(), /^4 of \d+ decided/);
  const said = await page.locator(`[data-finding="${leavers[0]}"] .decision`).first().innerText();
  assert.equal(said, "Decided: Revoke");
  return total();
});

await check("only what is undecided", async () => {
  const shown = () => page.locator(`#findings [data-finding="${leavers[0]}"]:visible`).count();
  assert.equal(await shown(), 1);
  await page.locator("#review-undecided").check();
  assert.equal(await shown(), 0);
  await page.locator("#review-undecided").uncheck();
  assert.equal(await shown(), 1);
  // Clearing takes it off, too, and it does not come back by another filter.
  await page.locator("#review-undecided").check();
  await page.locator("#reset").click();
  assert.equal(await page.locator("#review-undecided").isChecked(), false);
  assert.equal(await shown(), 1);
  assert.equal(await page.locator(".one[hidden]").count(), 0);
  const medium = page.locator("#findings select[data-by=severity] option[value=medium]");
  const all = Number((await medium.textContent()).match(/\((\d+)\)/)[1]);
  await page.locator("#findings select[data-by=severity]").selectOption("medium");
  assert.equal(await page.locator("#all tbody tr").count(), all);
  await page.locator("#reset").click();
});

await check("a reload loses nothing", async () => {
  await page.locator("#reviewer").fill("kwame.asante-boateng@nordwind.example");
  const before = await total();
  await page.reload({ waitUntil: "load" });
  assert.equal(await total(), before);
  assert.equal(await page.locator("#reviewer").inputValue(), "kwame.asante-boateng@nordwind.example");
  return before;
});

const file = join(scratch, "decisions.yaml");
const download = async (to) => {
  const [got] = await Promise.all([page.waitForEvent("download"), page.locator("#review-download").click()]);
  assert.equal(got.suggestedFilename(), "decisions.yaml");
  await got.saveAs(to);
  return readFileSync(to, "utf8");
};

await check("decisions.yaml is downloaded, and loaded again in a browser that knows nothing", async () => {
  const text = await download(file);
  assert.ok(!/[\u0080-\u009f\u2028\u2029\u202e]/.test(text), "nothing unseen stands in the file");
  const other = await browser.newContext();
  const fresh = await other.newPage();
  watch(fresh);
  await fresh.goto(url, { waitUntil: "load" });
  assert.match(await fresh.locator("#review-total").innerText(), /^0 of/);
  await fresh.locator("#review-file").setInputFiles(file);
  await fresh.locator("#review-said").filter({ hasText: "4 decisions taken over." }).waitFor();
  assert.equal(await fresh.locator("#review-total").innerText(), await total());
  writeFileSync(join(scratch, "broken.yaml"), text.replace("decisions:", "decisions: &a [*a]"));
  await fresh.locator("#review-file").setInputFiles(join(scratch, "broken.yaml"));
  await fresh.locator("#review-said").filter({ hasText: "cannot be read here: line 9 is not as this page writes it" }).waitFor();
  await other.close();
  return `${text.split("\n").length} lines`;
});

await check("where the browser keeps nothing, the page says so", async () => {
  const other = await browser.newContext();
  await other.addInitScript(() => {
    Storage.prototype.setItem = () => { throw new DOMException("no room", "QuotaExceededError"); };
  });
  const bare = await other.newPage();
  watch(bare);
  await bare.goto(url, { waitUntil: "load" });
  assert.ok(await bare.locator("#review-unkept").isVisible());
  assert.ok(!(await page.locator("#review-unkept").isVisible()));
  await other.close();
});

await check("`coverage review apply` takes the file over, and the next report shows it", async () => {
  assert.throws(() => run("review", "apply", workspace, file, "--at", "2020-01-01"), /has not come yet/, "the clock is looked at");
  const said = run("review", "apply", workspace, file);
  assert.match(said, /^Applied: 4 decisions by kwame\.asante-boateng@nordwind\.example: 1 revoke, 1 keep, 1 exception, 1 assign-to\n/);
  const after = report("--as-of", new Date().toISOString());
  const of = (id) => after.findings.find((f) => f.id === id);
  assert.equal(of(leavers[0]).decision.decision, "revoke");
  assert.equal(of(leavers[1]).decision.reason, HOSTILE.replace("\ud800", "\ufffd").trim(), "the reason is what was typed");
  assert.equal(of(leavers[1]).status, "open", "keeping is no pass");
  assert.equal(of(leavers[2]).status, "excepted");
  assert.equal(of(orphan), undefined, "the account has a holder now");
  await page.goto(url, { waitUntil: "load" });
  const shown = await page.locator(`#findings [data-finding="${leavers[0]}"] .mark.decided`).innerText();
  assert.equal(shown, "to revoke");
  assert.match(await total(), /^3 of \d+ decided/, "what was applied counts in the new report");
  return said.split("\n")[0];
});

await check("no complaint, and nothing but files is asked for", async () => {
  assert.deepEqual(complaints, []);
  const away = requests.filter((r) => !r.startsWith("file://") && !r.startsWith("blob:null/") && !r.startsWith("blob:file://"));
  assert.deepEqual(away, []);
  return `${requests.length} requests`;
});

await browser.close();
console.log(`${passed} passed`);
