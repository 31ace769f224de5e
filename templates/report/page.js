"use strict";
// The report is complete without scripts. This one adds a search over the page, sorting, buttons that open everything, links that
// open what they lead to, and a page for the printer. The table of all findings has a script of its own, findings.js.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const by = (id) => document.getElementById(id);

  all("[data-js]").forEach((e) => { e.hidden = false; });

  // A link into something folded opens it. What is not in the page (a finding in a table that shows a part) is asked for.
  const show = (e) => {
    all(".target").forEach((old) => old.classList.remove("target"));
    for (let up = e; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
      up.hidden = false;
    }
    e.classList.add("target");
    e.scrollIntoView();
  };
  const follow = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (!id) return;
    if (id.startsWith("v1:")) id = "finding-" + id;
    const wanted = { id, element: null };
    document.dispatchEvent(new CustomEvent("coverage:wanted", { detail: wanted }));
    const e = wanted.element ?? by(id);
    if (e) show(e);
  };
  addEventListener("hashchange", follow);
  // A link to where the reader has been already leads there again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });

  // Buttons that open or close everything in a section.
  const fold = (button, selector, open) => button.addEventListener("click", () => {
    all(selector + " details").forEach((d) => { d.open = open; });
  });
  all("[data-open]").forEach((b) => fold(b, b.dataset.open, true));
  all("[data-close]").forEach((b) => fold(b, b.dataset.close, false));

  // The search hides what does not have all of its words.
  const hits = all(".hit").map((e) => ({ e, text: null }));
  // A letter and its accent may be one sign or two.
  const lower = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const text = (h) => h.text ?? (h.text = lower(h.e.textContent));
  const search = by("search");
  let timer = 0;
  const look = () => {
    const words = lower(search.value).split(/\s+/).filter(Boolean);
    let n = 0;
    for (const h of hits) {
      const found = words.every((word) => text(h).includes(word));
      if (found) n += 1;
      h.e.hidden = !found;
    }
    const asked = { words, found: 0 };
    document.dispatchEvent(new CustomEvent("coverage:search", { detail: asked }));
    n += asked.found;
    by("hits").value = words.length ? n.toLocaleString("en") + (n === 1 ? " hit" : " hits") : "";
  };
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") { search.value = ""; look(); } });

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
    opened = all("details:not([open], .steps, .drawing)");
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach((d) => { d.open = false; }); });

  // After the other scripts have set up.
  addEventListener("DOMContentLoaded", follow);
})();
