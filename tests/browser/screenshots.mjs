// Pictures of the report for the documents. Usage: node screenshots.mjs REPORT HISTORY_REPORT FOLDER
// The PDF's first page is left in FOLDER as print.pdf for whoever turns it into a picture.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browser, open } from "./harness.mjs";

const [report, history, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: node screenshots.mjs REPORT HISTORY_REPORT FOLDER");
const [url, past] = [report, history].map((file) => pathToFileURL(file).href);
const shot = async (page, name) => page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
// Smaller than a reader sees it: the pictures are to be small files.
const small = { deviceScaleFactor: 0.6 };

const desktop = await open(url, { viewport: { width: 1040, height: 980 }, ...small });
await shot(desktop, "desktop");
const dark = await open(url, { viewport: { width: 1040, height: 840 }, colorScheme: "dark", ...small });
await dark.evaluate(() => document.getElementById("leavers").scrollIntoView());
await shot(dark, "dark");
const phone = await open(url, { viewport: { width: 360, height: 700 }, deviceScaleFactor: 0.75 });
await shot(phone, "phone");
const changes = await open(past, { viewport: { width: 1040, height: 760 }, ...small });
await changes.evaluate(() => document.getElementById("changes").scrollIntoView());
await shot(changes, "changes");
const paper = await open(url);
writeFileSync(path.join(folder, "print.pdf"), await paper.pdf({ preferCSSPageSize: true, pageRanges: "1" }));
await browser.close();
