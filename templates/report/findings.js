"use strict";
// The table of all findings: search, filters, sorting and pages over the rows that stand in the page and over those that come as
// data (`#rest`) and are drawn when they are shown. Every row that is shown is told by the event `coverage:finding-shown`.
(() => {
  const table = document.getElementById("all");
  if (!table) return;
  const by = (id) => document.getElementById(id);
  const body = table.tBodies[0];
  const section = by("findings");
  // A letter and its accent may be one sign or two.
  const lower = (...texts) => texts.join(" ").normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const ranks = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };
  const rank = (row) => (row.status === "cannot tell" ? 0 : ranks[row.severity] ?? 0);

  // ---- The rows. Each kind is searched in the same texts: where the page has no room for the reasons of all, in those of none.
  const rows = [];
  const rest = by("rest") ? JSON.parse(by("rest").textContent) : null;
  const allReasons = !rest || rest.reasons.length >= rest.rows.length;
  const textOf = (e) => {
    if (allReasons) return lower(e.dataset.s, e.dataset.t, e.textContent);
    const less = e.cloneNode(true);
    for (const why of less.querySelectorAll("details:not(.steps) > .reason, details:not(.steps) > .soft > bdi")) why.remove();
    return lower(e.dataset.s, e.dataset.t, less.textContent);
  };
  const days = (n) => (n < 0 ? "" : n === 0 ? "less than a day" : count(n, "day", "days"));
  const count = (n, one, many) => n.toLocaleString("en") + " " + (n === 1 ? one : many);
  // What stands between backticks is code; of an odd number of them, none means anything.
  const pieces = (text) => { const all = text.split("`"); return all.length % 2 ? all : [text]; };
  const unmarked = (text) => pieces(text).join("");
  const textOfData = (row) => {
    const { account, standing, key, wheres, action, exception, why } = row.data;
    return lower(row.severity, row.status, row.since, row.title, ...(action.steps.length ? [action.how, action.count, "steps", ...action.steps.map(unmarked)] : []), unmarked(action.gist), unmarked(action.then),
      ...(exception ? ["excepted", exception[0], "until", exception[1]] : []),
      ...(row.decided ? [...row.decided.slice(1, 5), row.decided[5] ? "The finding has changed since." : ""] : []),
      "Why", ...(allReasons ? [...why[0].map(unmarked), why[1]] : []), key ? "Matched by " + key + "." : "", row.id,
      row.app, ...(account ? Object.values(account) : []), row.person, standing, days(row.days), ...wheres);
  };
  const searched = (row) => row.text ?? (row.text = textOfData(row));
  for (const e of body.rows) {
    const link = (cell) => cell.querySelector("a");
    rows.push({
      e, id: e.dataset.finding, severity: e.dataset.s, status: e.dataset.t, since: e.dataset.n ?? "",
      rule: e.dataset.rule, title: link(e.cells[1]).textContent,
      app: e.cells[2].textContent.trim(), appAnchor: link(e.cells[2])?.hash.slice(1) ?? "",
      account: e.cells[3].textContent.trim(), person: e.cells[4].querySelector("bdi")?.textContent ?? "",
      personAnchor: link(e.cells[4])?.hash.slice(1) ?? "", personKey: e.dataset.person,
      days: Number(e.cells[5].dataset.v), where: e.cells[6].textContent.trim(), text: textOf(e),
    });
  }
  rest?.rows.forEach((line, at) => {
    const [id, rule, severityNo, statusNo, app, accountParts, person, days, keyNo, places, action, exception, sinceNo, seen, decided] = line;
    const [severity, status, key, since] = [severityNo, statusNo, keyNo, sinceNo].map((no) => rest.words[no]);
    const [main, accountId, accountName, role, accountStatus] = accountParts ?? [];
    const account = accountParts ? { main, id: accountId, name: accountName, role, status: rest.words[accountStatus] } : null;
    const [appAnchor, appId, appName] = rest.apps[app] ?? ["", "", ""];
    const [personAnchor, personKey, name, standing] = rest.people[person] ?? ["", "", "", ""];
    const wheres = places.map(([file, no]) => (no ? rest.files[file] + ":" + no : rest.files[file]));
    const [ruleId, title] = rest.rules[rule];
    rows.push({
      e: null, id, severity, status, since, rule: ruleId, title, app: appName, appAnchor, appId,
      account: account ? account.main : "", person: name, personAnchor, personKey, days, where: wheres.join(" "),
      text: null, seen, decided,
      data: { account, standing, key, wheres, action: rest.actions[action], exception: rest.exceptions[exception], why: rest.reasons[at] },
    });
  });
  const places = new Map(rows.map((row, at) => [row.id, at]));

  // ---- How a row that came as data is drawn: as the template draws the others. Everything is text; nothing is parsed.
  const h = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    e.append(...children.filter((child) => child !== null && child !== undefined));
    return e;
  };
  const bdi = (text) => h("bdi", {}, text);
  const sentence = (text) => h("bdi", {}, ...pieces(text).map((piece, at) => (at % 2 ? h("code", {}, piece) : piece)));
  const breaks = (text) => h("bdi", {}, ...text.split(/(?<=[@/;])/).flatMap((piece, at) => (at ? [document.createElement("wbr"), piece] : [piece])));
  const draw = (row) => {
    const { account, standing, key, wheres, action, exception, why } = row.data;
    const word = row.status === "cannot tell" ? "cannot tell" : row.severity;
    const mark = h("span", { class: "mark " + (row.status === "cannot tell" ? "undecided" : row.severity) }, word);
    const fresh = row.since === "new" || row.since === "back" ? h("span", { class: "since " + row.since }, row.since) : null;
    const what = h("td", {}, h("a", { href: "#rule-" + row.rule }, row.title));
    if (action.gist) what.append(h("p", { class: "do" }, sentence(action.gist)));
    if (action.steps.length) {
      what.append(h("details", { class: "steps" }, h("summary", {}, bdi(action.how), ": " + action.count + " steps"),
        h("ol", { class: "reason" }, ...action.steps.map((step) => h("li", {}, sentence(step))))));
    }
    if (action.then) what.append(h("p", { class: "do" }, sentence(action.then)));
    if (exception) {
      what.append(h("p", { class: "soft" }, h("a", { class: "mark excepted", href: "#exceptions" }, "excepted"), " ", bdi(exception[0]), " until " + exception[1]));
    }
    if (row.decided) {
      const [, said, by, at, reason, changed] = row.decided;
      const told = h("p", { class: "soft decided" }, h("span", { class: "mark decided" }, said), " ", bdi(by), ", " + at);
      if (reason) told.append(": ", bdi(reason));
      if (changed) told.append(" ", h("b", {}, "The finding has changed since."));
      what.append(told);
    }
    const reasons = why
      ? h("ol", { class: "reason" }, ...why[0].map((step) => h("li", {}, sentence(step))))
      : h("p", {}, "The page has no room for it: ", h("code", {}, "coverage explain " + row.id), " says why, and findings.json.");
    const told = h("p", { class: "soft" });
    if (why?.[1]) told.append(bdi(why[1]), " ");
    if (key) told.append("Matched by " + key + ". ");
    told.append(h("code", {}, row.id));
    const decide = h("div", { class: "decide" });
    decide.hidden = true;
    what.append(decide, h("details", {}, h("summary", {}, "Why"), reasons, told));
    const app = h("td", {}, row.appAnchor ? h("a", { href: "#" + row.appAnchor }, bdi(row.app)) : null);
    const of = h("td", {});
    if (account) {
      const meta = h("span", { class: "meta" });
      if (account.name) meta.append(bdi(account.name), " · ");
      meta.append(h("b", {}, account.status));
      // A number alone would be taken for anything.
      if (account.role) meta.append(/^\d+$/.test(account.role) ? " · role " : " · ", bdi(account.role));
      if (account.id) meta.append(" · ", breaks(account.id));
      of.append(breaks(account.main), meta);
    }
    const person = h("td", {});
    if (row.person || standing) {
      person.append(row.personAnchor ? h("a", { href: "#" + row.personAnchor }, bdi(row.person)) : bdi(row.person), h("span", { class: "meta" }, standing));
    }
    return h("tr", {
      id: "finding-" + row.id, "data-finding": row.id, "data-rule": row.rule, "data-app": row.appId, "data-person": row.personKey,
      "data-s": row.severity, "data-t": row.status, "data-seen": row.seen, "data-severity": row.severity,
    }, h("td", {}, mark, fresh ? " " : null, fresh), what, app, of, person, h("td", { class: "n" }, days(row.days)),
    h("td", {}, h("ul", { class: "places" }, ...wheres.map((place) => h("li", {}, breaks(place))))));
  };

  // ---- The table's state is kept by TanStack Table (table-core.js); nothing of it touches the page.
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const words = (column) => (a, b) => collator.compare(a.original[column], b.original[column]);
  const same = (row, column, value) => row.original[column] === value;
  const text = (id) => ({ id, accessorFn: (row) => row[id], sortingFn: words(id), filterFn: same });
  let onlyPerson = null;
  // A further condition, which another script has set: whether the finding of an id is wanted.
  let wanted = null;
  document.addEventListener("coverage:only", ({ detail }) => { wanted = detail.wanted; refilter(); });
  const model = TableCore.createTable({
    data: rows,
    columns: [
      { ...text("severity"), sortingFn: (a, b) => rank(a.original) - rank(b.original) },
      text("status"), text("since"), { ...text("rule"), sortingFn: words("title") }, text("app"), text("account"), text("person"),
      { id: "days", accessorFn: (row) => row.days, sortingFn: (a, b) => a.original.days - b.original.days },
      text("where"),
      { id: "id", accessorFn: (row) => row.id, filterFn: (row, column, value) => value(row.original.id) },
      { id: "personAnchor", accessorFn: (row) => row.personAnchor, filterFn: same },
    ],
    state: {}, onStateChange: () => {}, renderFallbackValue: null,
    getCoreRowModel: TableCore.getCoreRowModel(),
    getFilteredRowModel: TableCore.getFilteredRowModel(),
    getSortedRowModel: TableCore.getSortedRowModel(),
    getPaginationRowModel: TableCore.getPaginationRowModel(),
    globalFilterFn: (row, column, wanted) => wanted.every((word) => searched(row.original).includes(word)),
    // One column stands for all: the text of the whole row is searched.
    getColumnCanGlobalFilter: (column) => column.id === "rule",
    sortDescFirst: false, enableMultiSort: false, enableSortingRemoval: false, autoResetPageIndex: false,
  });
  const PAGE = 100;
  let state = { ...model.initialState, pagination: { pageIndex: 0, pageSize: PAGE } };
  const change = (next, render = true) => {
    state = { ...state, ...next };
    model.setOptions((options) => ({ ...options, state }));
    if (render) shown();
  };
  model.setOptions((options) => ({
    ...options, state, onStateChange: (update) => change(typeof update === "function" ? update(state) : update),
  }));
  const first = () => ({ ...state.pagination, pageIndex: 0 });

  // ---- The pages. The buttons stand above the table, too; what is pressed keeps the focus there, where the rows begin.
  const pagers = [];
  const turn = (step) => {
    const last = Math.max(0, Math.ceil(model.getFilteredRowModel().rows.length / state.pagination.pageSize) - 1);
    return { First: 0, Previous: state.pagination.pageIndex - 1, Next: state.pagination.pageIndex + 1, Last: last }[step];
  };
  const pagerOf = (nav) => {
    const button = (step) => {
      const e = h("button", { type: "button" }, step);
      e.addEventListener("click", () => {
        change({ pagination: { ...state.pagination, pageIndex: turn(step) } });
        const { nav: top, buttons: keys } = pagers[0];
        const back = step === "Next" || step === "Last" ? "Previous" : "Next";
        keys[keys[step].disabled ? back : step].focus({ preventScroll: true });
        top.scrollIntoView();
      });
      return e;
    };
    const buttons = Object.fromEntries(["First", "Previous", "Next", "Last"].map((step) => [step, button(step)]));
    const where = h("span", nav === below ? {} : { role: "status" });
    nav.append(buttons.First, buttons.Previous, where, buttons.Next, buttons.Last);
    return { nav, buttons, where };
  };
  const below = section.querySelector(".pager");
  const above = h("nav", { class: "pager", "aria-label": "Pages of the findings, above them" });
  table.before(above);
  pagers.push(pagerOf(above), pagerOf(below));

  // ---- What is shown.
  const output = by("count");
  const empty = h("p", { class: "soft" }, "No finding has all of this.");
  table.after(empty);
  const number = (n) => n.toLocaleString("en");
  const element = (row) => row.e ?? (row.e = draw(row));
  // The summary counts what is open; the table lists what cannot be told and what is excepted, too.
  const parts = (found) => {
    const counts = new Map([["open", 0], ["cannot tell", 0], ["excepted", 0]]);
    for (const { original } of found) counts.set(original.status, counts.get(original.status) + 1);
    const told = [...counts].filter(([, n]) => n).map(([status, n]) => number(n) + " " + status);
    return counts.get("open") < found.length ? ": " + told.join(", ") : "";
  };
  const shown = () => {
    const found = model.getFilteredRowModel().rows.length;
    const { pageIndex, pageSize } = state.pagination;
    const page = model.getRowModel().rows.map((row) => element(row.original));
    // Rows that stay are left alone: putting them in again would take the keyboard's focus out of them.
    if (page.length !== body.rows.length || page.some((e, i) => e !== body.rows[i])) body.replaceChildren(...page);
    output.value = (found === rows.length ? number(found) : number(found) + " of " + number(rows.length)) + (rows.length === 1 ? " row" : " rows") + parts(model.getFilteredRowModel().rows);
    empty.hidden = found > 0;
    const pages = Math.max(1, Math.ceil(found / pageSize));
    for (const { nav, buttons, where } of pagers) {
      nav.hidden = pages < 2;
      where.textContent = "Page " + number(pageIndex + 1) + " of " + number(pages);
      buttons.First.disabled = buttons.Previous.disabled = pageIndex === 0;
      buttons.Next.disabled = buttons.Last.disabled = pageIndex + 1 >= pages;
    }
    for (const e of page) e.dispatchEvent(new CustomEvent("coverage:finding-shown", { bubbles: true, detail: { finding: e.dataset.finding } }));
  };

  // ---- Filters.
  const selects = Array.from(section.querySelectorAll(".filters select"));
  const fill = (select) => {
    const column = select.dataset.by;
    const titles = new Map(rows.map((row) => [row[column], column === "rule" ? row.title : row[column]]));
    const counts = new Map();
    for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    const values = [...titles].filter(([value]) => value);
    values.sort(([a, one], [b, other]) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || collator.compare(one, other));
    for (const [value, title] of values) select.add(new Option((title === "old" ? "as before" : title) + " (" + number(counts.get(value)) + ")", value));
  };
  const filters = () => {
    const chosen = selects.filter((select) => select.value).map((select) => ({ id: select.dataset.by, value: select.value }));
    if (onlyPerson) chosen.push({ id: "personAnchor", value: onlyPerson });
    if (wanted) chosen.push({ id: "id", value: wanted });
    return chosen;
  };
  const refilter = () => change({ columnFilters: filters(), pagination: first() });
  for (const select of selects) {
    fill(select);
    select.addEventListener("change", refilter);
  }
  const find = by("find");
  if (!allReasons) find.closest("form").after(h("p", { class: "soft screen" }, "The search covers everything but the reasons: the page has no room for those of all findings."));
  const split = (input) => lower(input).split(/\s+/).filter(Boolean);
  let everywhere = [];
  const search = () => {
    const wanted = [...everywhere, ...split(find.value)];
    change({ globalFilter: wanted.length ? wanted : undefined, pagination: first() });
  };
  let timer = 0;
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
  find.addEventListener("keydown", (event) => { if (event.key === "Escape") { find.value = ""; search(); } });
  document.addEventListener("coverage:search", ({ detail }) => {
    everywhere = detail.words;
    search();
    detail.found = model.getFilteredRowModel().rows.length;
  });
  // The search of the page goes from hit to hit, also to those on other pages of the table.
  document.addEventListener("coverage:row", ({ detail }) => {
    detail.found = model.getFilteredRowModel().rows.length;
    if (detail.at < 0 || detail.at >= detail.found) return;
    change({ pagination: { ...state.pagination, pageIndex: Math.floor(detail.at / state.pagination.pageSize) } });
    detail.element = body.rows[detail.at % state.pagination.pageSize];
  });
  const only = h("button", { type: "button", class: "only" });
  only.hidden = true;
  only.addEventListener("click", () => { onlyPerson = null; only.hidden = true; refilter(); });
  output.before(only);
  const clear = () => {
    for (const select of selects) select.value = "";
    find.value = "";
    onlyPerson = null;
    only.hidden = true;
    wanted = null;
    clearTimeout(timer);
    // The search of the page and what is undecided are other scripts' conditions.
    document.dispatchEvent(new CustomEvent("coverage:cleared"));
    everywhere = [];
    change({ columnFilters: [], globalFilter: undefined, pagination: first() });
  };
  by("reset").addEventListener("click", clear);
  section.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());

  // ---- Sorting: each head is a button.
  const heads = Array.from(table.querySelectorAll("thead th"));
  for (const head of heads) {
    const button = h("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const desc = now ? now === "ascending" : head.dataset.c === "severity" || head.dataset.c === "days";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", desc ? "descending" : "ascending");
      change({ sorting: [{ id: head.dataset.c, desc }], pagination: first() });
    });
  }

  // ---- Links to findings, people and apps, wherever these are.
  const lost = h("p", { class: "cut screen", role: "status" });
  lost.hidden = true;
  table.before(lost);
  const missing = (detail, words) => {
    lost.textContent = words;
    lost.hidden = false;
    detail.element = section;
  };
  document.addEventListener("coverage:wanted", ({ detail }) => {
    lost.hidden = true;
    const { id } = detail;
    if (id.startsWith("finding-")) {
      const at = places.get(id.slice("finding-".length));
      if (at === undefined) {
        missing(detail, "This page does not hold " + id.slice("finding-".length) + ". It may have closed, or be among those that stand in findings.csv alone; `coverage history` tells its story.");
        return;
      }
      const index = () => model.getSortedRowModel().rows.findIndex((row) => row.original === rows[at]);
      if (index() < 0) clear();
      change({ pagination: { ...state.pagination, pageIndex: Math.max(0, Math.floor(index() / state.pagination.pageSize)) } });
      detail.element = element(rows[at]);
      for (const details of detail.element.querySelectorAll("details:not(.steps)")) details.open = true;
      return;
    }
    if (by(id)) return;
    if (id.startsWith("person-")) {
      const row = rows.find((of) => of.personAnchor === id || "person-" + of.personKey === id);
      if (!row) {
        missing(detail, "This page holds nothing about the person of this link. Nothing may be found about them any more, or only what stands in findings.csv alone; `coverage explain` tells what is known of somebody.");
        return;
      }
      clear();
      for (const of of rows) if (of.personKey === row.personKey) of.personAnchor = id;
      onlyPerson = id;
      only.textContent = "Only " + row.person + " ✕";
      only.hidden = false;
      refilter();
      detail.element = section;
    } else if (id.startsWith("app-")) {
      const row = rows.find((of) => of.appAnchor === id);
      const select = selects.find((of) => of.dataset.by === "app");
      if (!row || !select) {
        missing(detail, "This page holds nothing about the app " + id.slice("app-".length) + ". It may not be in coverage.yaml any more, or nothing is found about it and the page has no room for it; coverage.csv names all apps.");
        return;
      }
      clear();
      select.value = row.app;
      refilter();
      detail.element = section;
    }
  });

  // ---- Paper gets the rows of a reader without scripts, whatever is searched, filtered or turned to: a document says what it
  // leaves out, and would not say that. The reader's order stays where no row is left out by it.
  const rowsOnPaper = body.rows.length;
  let onScreen = null;
  addEventListener("beforeprint", () => {
    onScreen ??= state;
    const sorting = rest ? [] : state.sorting;
    change({ columnFilters: [], globalFilter: undefined, sorting, pagination: { pageIndex: 0, pageSize: Math.max(rowsOnPaper, 1) } });
  });
  addEventListener("afterprint", () => {
    if (onScreen) change(onScreen);
    onScreen = null;
  });
  // What is said of the rows in the page holds for paper; here, the table turns to the others, too.
  if (rest) section.querySelector(".cut").classList.add("paper");

  // When every script is there, so that none misses what is shown first.
  addEventListener("DOMContentLoaded", shown);
})();
