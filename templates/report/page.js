"use strict";
// The report is complete without this script. It adds a search, filters, sorting and buttons that open everything.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const by = (id) => document.getElementById(id);
  const count = (n, word) => n.toLocaleString("en") + " " + word + (n === 1 ? "" : "s");

  all("[data-js]").forEach((e) => { e.hidden = false; });

  // A link into something folded opens it.
  const unfold = () => {
    let e = null;
    try { e = by(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!e) return;
    for (let up = e; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    e.scrollIntoView();
  };
  addEventListener("hashchange", unfold);

  // Buttons that open or close everything in a section.
  const fold = (button, selector, open) => button.addEventListener("click", () => {
    all(selector + " details").forEach((d) => { d.open = open; });
  });
  all("[data-open]").forEach((b) => fold(b, b.dataset.open, true));
  all("[data-close]").forEach((b) => fold(b, b.dataset.close, false));

  // Search and filters hide what does not fit. A row is shown if both agree.
  const hits = all(".hit").map((e) => ({ e, text: null, found: true, kept: true }));
  const rows = hits.filter((h) => h.e.matches("#findings tr"));
  const text = (h) => h.text ?? (h.text = h.e.textContent.toLowerCase().replace(/\s+/g, " "));
  const show = (h) => { h.e.hidden = !(h.found && h.kept); };
  const recount = () => {
    const n = rows.filter((h) => h.found && h.kept).length;
    const out = by("count");
    if (out) out.value = n === rows.length ? count(n, "row") : n.toLocaleString("en") + " of " + count(rows.length, "row");
  };
  const search = by("search");
  let timer = 0;
  const look = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const h of hits) {
      h.found = words.every((w) => text(h).includes(w));
      if (h.found) n += 1;
      show(h);
    }
    by("hits").value = words.length ? count(n, "hit") : "";
    recount();
  };
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") { search.value = ""; look(); } });

  const rank = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };
  const about = {
    s: (row) => row.dataset.s,
    t: (row) => (row.querySelector(".mark.undecided") ? "cannot tell" : "open"),
    r: (row) => row.cells[1].querySelector("a").hash.slice(6),
    a: (row) => row.cells[2].textContent,
  };
  for (const h of rows) for (const key in about) h[key] = about[key](h.e);
  const selects = all(".filters select");
  for (const select of selects) {
    const key = select.dataset.by;
    const values = [...new Set(rows.map((h) => h[key]))].filter(Boolean);
    values.sort((a, b) => (rank[a] ?? 9) - (rank[b] ?? 9) || a.localeCompare(b));
    for (const value of values) select.add(new Option(value, value));
    select.addEventListener("change", () => {
      for (const h of rows) {
        h.kept = selects.every((s) => !s.value || h[s.dataset.by] === s.value);
        show(h);
      }
      recount();
    });
  }
  all(".filters").forEach((f) => f.addEventListener("submit", (event) => event.preventDefault()));
  recount();

  // Headers of sortable tables become buttons.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  };
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  for (const table of all("table.sortable")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const now = head.getAttribute("aria-sort");
        const down = now ? now === "ascending" : numeric;
        heads.forEach((h) => h.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const keyed = Array.from(body.rows, (row) => [value(row, column), row]);
        keyed.sort(([a], [b]) => (typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b)));
        if (down) keyed.reverse();
        body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  // Paper has no buttons: what is folded is opened for printing, and closed again.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open], .steps)");
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach((d) => { d.open = false; }); });

  unfold();
})();
