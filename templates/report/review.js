"use strict";
// Deciding in the page. What is decided stays in this browser until its reader downloads decisions.yaml; nothing is sent.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const by = (id) => document.getElementById(id);
  const desk = by("deciding");
  if (!desk) return;

  // What can be decided, and how a decision reads.
  const WORDS = {
    revoke: "Revoke: the access has to end",
    keep: "Keep: it stays as it is",
    exception: "Exception: we live with it until a day",
    "not-this-person": "Not this person’s account",
    "assign-to": "It is somebody else’s account",
  };
  const LONGEST = 2000;
  const ofElement = (e) => ({
    id: e.dataset.finding,
    rule: e.dataset.rule,
    person: e.dataset.person,
    seen: e.dataset.seen,
    severity: e.dataset.severity,
    status: e.dataset.status || "open",
    held: "held" in e.dataset,
    owner: e.dataset.owner || "",
    applied: e.dataset.decided || "",
  });
  // Findings about reviews are not decided; one mends the review.
  const asks = (f) => f.id && f.seen && !f.rule.startsWith("review-") && f.rule !== "revocation-outstanding";
  const findings = new Map();
  const add = (f) => { if (asks(f) && !findings.has(f.id)) findings.set(f.id, f); };
  all("[data-finding][data-seen]").map(ofElement).forEach(add);
  // Those that have no row yet stand in the page as data.
  const rest = by("rest") ? JSON.parse(by("rest").textContent) : { rows: [] };
  const STATUS = { "cannot tell": "not-evaluable", excepted: "excepted" };
  for (const [id, rule, severity, status, app, account, person, , , , , , , seen, last] of rest.rows) {
    const [, appId, , owner] = rest.apps[app] ?? ["", "", "", ""];
    add({
      id, rule: rest.rules[rule][0], person: rest.people[person]?.[1] ?? "", seen, severity: rest.words[severity],
      status: STATUS[rest.words[status]] || "open", held: Boolean(account && appId), owner, applied: last?.[0] ?? "",
    });
  }
  if (!findings.size) {
    desk.hidden = true;
    return;
  }
  const choices = (f) => Object.keys(WORDS).filter((word) => {
    if (word === "keep") return f.status !== "not-evaluable";
    if (word === "revoke") return f.held || f.person;
    if (word === "exception") return !f.rule.startsWith("exception-");
    if (word === "not-this-person") return f.held && f.person;
    return f.held;
  });

  // What was decided, kept in this browser under the report's own mark, so that a reload loses nothing.
  const report = { company: desk.dataset.company, asOf: desk.dataset.asOf, tool: desk.dataset.tool, inputs: desk.dataset.run };
  const key = "coverage-review:" + report.inputs;
  let decided = new Map();
  let downloaded = true;
  let keeps = true;
  const reviewer = by("reviewer");
  const say = (text, alarm = false) => {
    const out = by("review-said");
    out.textContent = text;
    out.classList.toggle("alarm", alarm);
  };
  const store = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ reviewer: reviewer.value, decisions: Object.fromEntries(decided) }));
      keeps = true;
    } catch { keeps = false; }
    by("review-unkept").hidden = keeps;
  };
  const restore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      if (!kept) return;
      reviewer.value = String(kept.reviewer || "");
      for (const [id, d] of Object.entries(kept.decisions || {})) {
        if (findings.has(id) && d.decision in WORDS) decided.set(id, d);
      }
      downloaded = decided.size === 0;
    } catch { keeps = false; }
  };

  const make = (tag, props = {}, ...children) => {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...children);
    return e;
  };
  const label = (text, field, extra = {}) => make("label", extra, make("span", { textContent: text }), field);

  // Beside each finding: what is decided, and a button that opens the form.
  const brief = (d) => {
    const more = [d.until && "until " + d.until, d.decision !== "not-this-person" && d.person, d.reason].filter(Boolean);
    return WORDS[d.decision].split(":")[0] + (more.length ? " (" + more.join("; ") + ")" : "");
  };
  const paint = (id) => {
    const d = decided.get(id);
    const f = findings.get(id);
    for (const e of all("[data-finding='" + CSS.escape(id) + "'][data-seen]")) {
      for (const box of all(".decide", e)) {
        if (box.querySelector("form")) continue;
        const button = make("button", { type: "button", textContent: d ? "Change" : "Decide" });
        button.setAttribute("aria-label", button.textContent + ": " + title(e));
        button.addEventListener("click", () => open(id, e, box));
        box.replaceChildren(button);
        if (d) box.append(" ", make("bdi", { className: "decision", textContent: "Decided: " + brief(d) }));
        box.hidden = false;
      }
    }
  };
  // Whether nobody has to decide about it any more.
  const settled = (id) => decided.has(id) || Boolean(findings.get(id).applied) || findings.get(id).status === "excepted";
  // What the finding is, in which app, whose: for readers who do not see where the button stands.
  const title = (e) => {
    const around = e.closest("li, tr") || e;
    const parts = [
      e.querySelector("a[href^='#rule-']"),
      ...all("a[href^='#app-'] bdi, .what bdi, .others .one > p > bdi, td:nth-child(n+3) bdi", around).slice(0, 3),
      e.closest(".card")?.querySelector("h3"),
    ];
    const text = parts.filter(Boolean).map((x) => x.textContent.trim()).filter(Boolean);
    return [...new Set(text)].join(", ").slice(0, 200);
  };

  const SEVERITIES = ["critical", "high", "medium", "low"];
  const progress = () => {
    const sums = new Map(SEVERITIES.map((s) => [s, { all: 0, done: 0, excepted: 0 }]));
    for (const f of findings.values()) {
      const sum = sums.get(f.severity);
      if (!sum) continue;
      sum.all += 1;
      if (decided.has(f.id) || f.applied) sum.done += 1;
      else if (f.status === "excepted") sum.excepted += 1;
    }
    const total = { all: 0, done: 0, excepted: 0 };
    const rows = [];
    for (const [severity, sum] of sums) {
      for (const part in total) total[part] += sum[part];
      if (sum.all) rows.push([severity, sum]);
    }
    const words = (sum) => sum.done.toLocaleString("en") + " of " + sum.all.toLocaleString("en") + " decided" +
      (sum.excepted ? ", " + sum.excepted.toLocaleString("en") + " more excepted" : "");
    by("review-total").textContent = total.all ? words(total) : "Nothing has to be decided";
    by("review-by").replaceChildren(...rows.map(([severity, sum]) => {
      const bar = make("progress", { max: sum.all, value: sum.done + sum.excepted });
      bar.setAttribute("aria-label", severity + ": " + words(sum));
      return make("li", {}, make("b", { textContent: severity }), " ", bar, " ", make("span", { textContent: words(sum) }));
    }));
    by("review-download").disabled = decided.size === 0;
    by("review-forget").disabled = decided.size === 0;
  };
  const changed = (id) => { downloaded = false; store(); paint(id); progress(); };

  // The form of one finding.
  let counter = 0;
  const open = (id, e, box) => {
    const f = findings.get(id);
    const d = decided.get(id) || {};
    const name = "decision-" + (counter += 1);
    const fault = make("p", { className: "fault", id: name + "-fault" });
    fault.setAttribute("role", "alert");
    const reason = make("textarea", { rows: 2, maxLength: LONGEST, value: d.reason || "" });
    const until = make("input", { type: "date", value: d.until || "" });
    const person = make("input", { type: "text", maxLength: 300, autocomplete: "off", spellcheck: false });
    const reasonField = label("Why", reason);
    const untilField = label("Last day", until);
    const personLabel = make("span");
    const personField = make("label", {}, personLabel, person);
    const radios = choices(f).map((word) => {
      const radio = make("input", { type: "radio", name, value: word, checked: d.decision === word });
      return make("label", { className: "choice" }, radio, make("span", { textContent: WORDS[word] }));
    });
    const choice = () => all("input[type=radio]", form).find((r) => r.checked)?.value || "";
    const refresh = () => {
      const word = choice();
      untilField.hidden = word !== "exception";
      personField.hidden = word !== "exception" && word !== "assign-to";
      personLabel.textContent = word === "exception" ? "Who answers for it (work address or employee id)"
        : "Whose it is (work address or employee id)";
      if (word === d.decision && d.person) person.value = d.person;
      else if (word === "exception" && !person.value) person.value = f.owner;
      else if (word === "assign-to" && person.value === f.owner) person.value = "";
    };
    const save = make("button", { type: "submit", textContent: "Save" });
    const cancel = make("button", { type: "button", textContent: "Cancel" });
    const undo = make("button", { type: "button", textContent: "Take back", hidden: !decided.has(id) });
    const legend = make("legend", { textContent: "What is to become of it? " }, make("span", { className: "vh", textContent: title(e) }));
    const form = make("form", { className: "deciding", noValidate: true },
      make("fieldset", {}, legend, ...radios), reasonField, untilField, personField, fault,
      make("p", { className: "buttons" }, save, " ", cancel, " ", undo));
    form.setAttribute("aria-describedby", fault.id);
    const close = () => {
      form.remove();
      paint(id);
      box.querySelector("button")?.focus();
    };
    const refuse = (text, field) => { fault.textContent = text; field.focus(); };
    form.addEventListener("change", refresh);
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
    cancel.addEventListener("click", close);
    undo.addEventListener("click", () => { decided.delete(id); changed(id); close(); say("Taken back."); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const word = choice();
      const why = reason.value.trim();
      if (!word) return refuse("Choose what is to become of it.", all("input[type=radio]", form)[0]);
      if (!why && word !== "revoke") return refuse("Write why.", reason);
      if (word === "exception" && !until.value) return refuse("Write the last day of the exception.", until);
      if (word === "exception" && until.value < today()) return refuse("That day has passed.", until);
      if (!personField.hidden && !person.value.trim()) return refuse("Name the person.", person);
      const now = { decision: word, at: new Date().toISOString(), seen: f.seen };
      if (why) now.reason = why;
      if (word === "exception") now.until = until.value;
      if (!personField.hidden) now.person = person.value.trim();
      if (word === "not-this-person") now.person = f.person;
      decided.set(id, now);
      changed(id);
      close();
      say("Decided: " + brief(now) + ".");
    });
    box.replaceChildren(form);
    refresh();
    (all("input[type=radio]", form).find((r) => r.checked) || all("input[type=radio]", form)[0]).focus();
  };
  const today = () => {
    const now = new Date();
    const two = (n) => String(n).padStart(2, "0");
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
  };

  // A text as a scalar that every reader of YAML takes for the same text: JSON's, with what shows nothing escaped, too.
  const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffc\ufffe\uffff]/g;
  const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const scalar = (text) => JSON.stringify(String(text).replace(LONE, "\ufffd"))
    .replace(UNSEEN, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  const yaml = () => {
    const lines = [
      "# What one reviewer has decided about the findings of one report. `coverage review apply` checks it and takes it over.",
      "schema-version: \"1\"",
      "reviewer: " + scalar(reviewer.value.trim()),
      "report:",
      "  company: " + scalar(report.company),
      "  as-of: " + scalar(report.asOf),
      "  tool: " + scalar(report.tool),
      "  inputs: " + scalar(report.inputs),
      "decisions:",
    ];
    for (const id of findings.keys()) {
      const d = decided.get(id);
      if (!d) continue;
      lines.push("  - finding: " + scalar(id));
      for (const part of ["decision", "reason", "until", "person", "at", "seen"]) {
        if (d[part]) lines.push("    " + part + ": " + scalar(d[part]));
      }
    }
    return lines.join("\n") + "\n";
  };
  by("review-download").addEventListener("click", () => {
    if (!reviewer.value.trim()) {
      say("Write first who decides.", true);
      reviewer.focus();
      return;
    }
    const url = URL.createObjectURL(new Blob([yaml()], { type: "application/yaml" }));
    make("a", { href: url, download: "decisions.yaml" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    downloaded = true;
    say("decisions.yaml is in your downloads. `coverage review apply` takes it over.");
  });

  // A file that this page has written is read again, line by line.
  const parse = (text) => {
    const read = { reviewer: "", inputs: "", decisions: [] };
    text.split(/\r?\n/).forEach((line, n) => {
      if (!line.trim() || line.trimStart().startsWith("#")) return;
      const found = /^( *)(- )?([a-z-]+):(?: (".*"))?$/.exec(line);
      if (!found) throw new Error("line " + (n + 1) + " is not as this page writes it");
      const [, , item, part, json] = found;
      if (item) read.decisions.push({});
      if (json === undefined) return;
      const value = JSON.parse(json);
      if (line.startsWith("    ") || item) read.decisions.at(-1)[part] = value;
      else if (part === "reviewer" || part === "inputs") read[part] = value;
    });
    return read;
  };
  const load = async (file) => {
    let read;
    try { read = parse(await file.text()); } catch (e) {
      return say(file.name + " cannot be read here: " + e.message + ".", true);
    }
    let taken = 0;
    let left = 0;
    for (const { finding, ...d } of read.decisions) {
      const f = findings.get(finding);
      const mine = decided.get(finding);
      if (!f || f.seen !== d.seen || !choices(f).includes(d.decision)) { left += 1; continue; }
      if (mine && mine.at > d.at) continue;
      decided.set(finding, d);
      taken += 1;
      paint(finding);
    }
    if (!reviewer.value.trim()) reviewer.value = read.reviewer;
    downloaded = false;
    store();
    progress();
    const other = read.inputs === report.inputs ? "" : " The file was made on another report.";
    say(taken + (taken === 1 ? " decision" : " decisions") + " taken over." + other + (left ? " " + left +
      " left out: their findings are not on this page, or say something else by now." : ""), left > 0);
  };
  const file = by("review-file");
  file.addEventListener("change", () => { if (file.files[0]) load(file.files[0]); file.value = ""; });
  by("review-load").addEventListener("click", () => file.click());

  // Deleting everything asks twice, without a dialog.
  const forget = by("review-forget");
  forget.addEventListener("click", () => {
    if (forget.dataset.sure === undefined) {
      forget.dataset.sure = "";
      forget.textContent = "Really delete all decisions";
      return;
    }
    delete forget.dataset.sure;
    forget.textContent = "Delete all decisions";
    const ids = [...decided.keys()];
    decided = new Map();
    downloaded = true;
    store();
    ids.forEach(paint);
    progress();
    say("All decisions on this page are deleted.");
  });
  forget.addEventListener("blur", () => {
    delete forget.dataset.sure;
    forget.textContent = "Delete all decisions";
  });

  // What is decided while only the undecided is shown stays where it is until the box is ticked again.
  const undecided = by("review-undecided");
  undecided.addEventListener("change", () => {
    const only = undecided.checked;
    all(".one[data-finding]").forEach((e) => { e.hidden = only && findings.has(e.dataset.finding) && settled(e.dataset.finding); });
    document.dispatchEvent(new CustomEvent("coverage:only", { detail: { wanted: only ? (id) => !findings.has(id) || !settled(id) : null } }));
  });
  // A table that shows everything again, and paper, hide nothing.
  const lift = () => {
    const lifted = all(".one[hidden]");
    lifted.forEach((e) => { e.hidden = false; });
    return lifted;
  };
  document.addEventListener("coverage:cleared", () => { undecided.checked = false; lift(); });
  let lifted = [];
  addEventListener("beforeprint", () => { lifted = lift(); });
  addEventListener("afterprint", () => { lifted.forEach((e) => { e.hidden = true; }); });
  // Rows of the table are drawn when they are shown.
  document.addEventListener("coverage:finding-shown", ({ detail }) => { if (findings.has(detail.finding)) paint(detail.finding); });
  reviewer.addEventListener("input", () => { downloaded = decided.size === 0; store(); });
  addEventListener("beforeunload", (event) => { if (!keeps && !downloaded) event.preventDefault(); });

  restore();
  store();
  new Set(all("[data-finding][data-seen]").map((e) => e.dataset.finding)).forEach((id) => { if (findings.has(id)) paint(id); });
  progress();
})();
