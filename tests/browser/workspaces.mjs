// Makes the companies that the browser looks at. Usage: node workspaces.mjs hostile SAMPLE DIR | large DIR PEOPLE | month DIR 1|2|3 | calm DIR
// All people are invented.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const HR = "Employee ID,Name,Work email,Start date,End date,Status,Type";
const IDP = "user.id,user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange";
const ROSTER = "Name,Email,Role,Status";
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
/** An app of which nothing can be said against. */
const CALM = ", plan: Business+, sso: enforced, scim: \"on\", owner: person1@harbourlight.example";

/** A company's files: people, whom the directory switched off when they left, and who is a member of which app. */
const write = (dir, { name, at, hr, idp, apps, more = "" }) => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, "hr.csv"), [HR, ...hr, ""].join("\n"));
  writeFileSync(path.join(dir, "okta.csv"), [IDP, ...idp, ""].join("\n"));
  const settings = [
    `as-of: ${at}`, "company:", `  name: ${name}`, "  domains: [harbourlight.example]", "  zone: UTC",
    "hr:", `  - {file: hr.csv, extracted-at: ${at}}`, "idp:", `  - {file: okta.csv, extracted-at: ${at}}`, "apps:",
  ];
  for (const [id, { rows, settings: own = "" }] of Object.entries(apps)) {
    writeFileSync(path.join(dir, `${id}.csv`), [ROSTER, ...rows, ""].join("\n"));
    settings.push(`  ${id}: {roster: ${id}.csv, extracted-at: ${at}${own}}`);
  }
  writeFileSync(path.join(dir, "coverage.yaml"), settings.join("\n") + "\n" + more);
};

const person = (n, name, end) => ({ n, name, mail: `person${n}@harbourlight.example`, end });
const inHr = (p) => [`E${p.n}`, quoted(p.name), p.mail, "2019-01-01", p.end ?? "", p.end ? "Inactive" : "Active", "Employee"].join(",");
const inOkta = (p) => [`00u${p.n}`, p.mail, p.mail, `E${p.n}`, p.end ? "DEPROVISIONED" : "ACTIVE", "2019-01-01T08:00:00.000Z", p.end ? `${p.end}T18:00:00.000Z` : "2019-01-01T08:00:00.000Z"].join(",");
const member = (p, status = "active", role = "member") => [quoted(p.name), p.mail, role, status].join(",");

/** Many leavers with an account in each of three apps. */
const large = (dir, people) => {
  const day = (n) => new Date(Date.UTC(2026, 9, 1) - (n % 500) * 86_400_000).toISOString().slice(0, 10);
  const all = Array.from({ length: people }, (_, n) => person(n, `Person ${n}`, n % 6 === 5 ? null : day(n)));
  const apps = {};
  for (const id of ["wiki", "portal", "crm"]) apps[id] = { rows: all.map((p) => member(p)) };
  write(dir, { name: "Harbourlight Instruments", at: "2026-11-20T12:00:00Z", hr: all.map(inHr), idp: all.map(inOkta), apps });
};

/**
 * One company in three months. Ada's account stands all the time. Ben's is gone in the second month and there again in the third.
 * Cleo's ends in the third. Dov leaves between the second and the third, and his account stands.
 */
const month = (dir, which) => {
  const at = ["2026-09-20T12:00:00Z", "2026-10-20T12:00:00Z", "2026-11-20T12:00:00Z"][which - 1];
  const [ada, ben, cleo, dov] = [["Ada Vos", "2026-08-31"], ["Ben Ito", "2026-08-31"], ["Cleo Fox", "2026-09-10"], ["Dov Lund", which === 3 ? "2026-11-10" : null]]
    .map(([name, end], n) => person(n, name, end));
  const others = Array.from({ length: 9 }, (_, n) => person(20 + n, `Colleague ${n}`, null));
  const wiki = [member(ada), member(dov), ...others.map((p) => member(p))];
  if (which !== 2) wiki.push(member(ben));
  wiki.push(member(cleo, which === 3 ? "deactivated" : "active"));
  const all = [ada, ben, cleo, dov, ...others];
  write(dir, {
    name: "Harbourlight Instruments", at, hr: all.map(inHr), idp: all.map(inOkta), apps: { wiki: { rows: wiki } },
    more: "policy: {guard: {drop-percent: 60}}\n",
  });
};

/** A company of which nothing is found: everybody is there, and the directory does all that can be done. */
const calm = (dir) => {
  const all = Array.from({ length: 5 }, (_, n) => person(n, `Colleague ${n}`, null));
  write(dir, {
    name: "Harbourlight Instruments", at: "2026-11-20T12:00:00Z", hr: all.map(inHr), idp: all.map(inOkta),
    apps: { slack: { rows: all.map((p) => member(p)), settings: CALM } },
  });
};

/** The sample company, with names that try to break out given to leavers and to an app. */
const hostile = (sample, dir) => {
  cpSync(sample, dir, { recursive: true });
  const file = path.join(dir, "hr", "bamboohr.csv");
  const names = {
    "0921,Viktor,Hartmann,": "0921,Viktor,Hartmann <script>alert('nordwind')</script>,",
    "0966,Desmond,Okafor,": "0966,Desmond,Okafor <img src=x onerror=alert(1)>,",
    "0950,Callum,Fairweather,": '0950,"=HYPERLINK(""https://reset.quayside-studio.example/login"",""Reset your password"")",,',
    "0912,Maximilian,Ostrowski,": `0912,${"Maximilian".repeat(1_000)},Ostrowski,`,
  };
  let text = readFileSync(file, "utf8");
  for (const [from, to] of Object.entries(names)) {
    if (!text.includes(from)) throw new Error(`no line begins with ${from}`);
    text = text.replace(from, to);
  }
  // Right to left, with marks that turn the text around them.
  const turned = text.replace(/^(\d+),Raúl,/m, "$1,\u202egnp.exe \u05e9\u05dc\u05d5\u05dd \u2066,");
  if (turned === text) throw new Error("Raúl is not there");
  writeFileSync(file, turned);
  const settings = path.join(dir, "coverage.yaml");
  const renamed = readFileSync(settings, "utf8").replace("name: AWS IAM (production account)", `name: "</title></svg><img src=x onerror=alert(2)> ${"\u202e"}AWS"`);
  if (!renamed.includes("onerror=alert(2)")) throw new Error("the app is not there");
  writeFileSync(settings, renamed);
};

const [what, ...rest] = process.argv.slice(2);
if (what === "hostile") hostile(...rest);
else if (what === "large") large(rest[0], Number(rest[1]));
else if (what === "calm") calm(rest[0]);
else if (what === "month") month(rest[0], Number(rest[1]));
else throw new Error("usage: node workspaces.mjs hostile SAMPLE DIR | large DIR PEOPLE | month DIR 1|2|3 | calm DIR");
