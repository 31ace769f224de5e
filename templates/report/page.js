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
    settle();
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

  // The search hides what does not have all of its words. A list of which nothing is left says so.
  const hits = all(".hit").map((e) => ({ e, text: null }));
  const lists = new Map();
  for (const { e } of hits) {
    if (!lists.has(e.parentElement)) lists.set(e.parentElement, []);
    lists.get(e.parentElement).push(e);
  }
  const nothing = Array.from(lists, ([list, entries]) => {
    const block = list.matches("ul, ol, tbody") ? list.closest(".scroll") ?? list.closest("table") ?? list : null;
    const note = document.createElement("p");
    note.className = "soft nothing";
    note.textContent = "Nothing here has all of these words.";
    note.hidden = true;
    if (block) block.after(note);
    else entries[0].before(note);
    return { entries, block, note };
  });
  const settle = () => {
    for (const { entries, block, note } of nothing) {
      note.hidden = entries.some((e) => !e.hidden);
      if (block) block.hidden = !note.hidden;
    }
  };
  // A letter and its accent may be one sign or two.
  const lower = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const text = (h) => h.text ?? (h.text = lower(h.e.textContent));
  const search = by("search");
  const sought = () => lower(search.value).split(/\s+/).filter(Boolean);
  const narrow = (words) => {
    let n = 0;
    for (const h of hits) {
      const found = words.every((word) => text(h).includes(word));
      if (found) n += 1;
      h.e.hidden = !found;
    }
    settle();
    return n;
  };
  let timer = 0;
  let at = -1;
  const tell = (n) => {
    const total = n.toLocaleString("en") + (n === 1 ? " hit" : " hits");
    by("hits").value = at < 0 ? total : (at + 1).toLocaleString("en") + " of " + total;
  };
  const look = () => {
    clearTimeout(timer);
    timer = 0;
    const words = sought();
    const n = narrow(words);
    const asked = { words, found: 0 };
    document.dispatchEvent(new CustomEvent("coverage:search", { detail: asked }));
    at = -1;
    tell(n + asked.found);
    if (!words.length) by("hits").value = "";
    by("steps").hidden = !words.length || n + asked.found === 0;
  };
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  document.addEventListener("coverage:cleared", () => { if (search.value) { search.value = ""; look(); } });

  // From hit to hit, as they follow one another in the page. The hit gets the focus, so that Tab goes on from there and Enter
  // to the next; Escape leads back.
  let here = null;
  const step = (way) => {
    if (timer) look();
    if (!sought().length) return;
    const shown = hits.filter((h) => !h.e.hidden).map((h) => h.e);
    const table = by("all");
    // The table is asked for how many it has, which its own filters change, and then for the one.
    const row = { at: -1, found: 0, element: null };
    const ask = () => document.dispatchEvent(new CustomEvent("coverage:row", { detail: row }));
    ask();
    const before = table ? shown.filter((e) => table.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING).length : shown.length;
    const n = shown.length + row.found;
    if (!n) return;
    at = at < 0 && way < 0 ? n - 1 : (at + way + n) % n;
    row.at = at - before;
    ask();
    here = row.element ?? shown[at < before ? at : at - row.found];
    show(here);
    here.tabIndex = -1;
    here.focus({ preventScroll: true });
    tell(n);
  };
  for (const button of all("#steps button")) button.addEventListener("click", () => step(Number(button.dataset.way)));
  addEventListener("keydown", (event) => {
    if (event.isComposing || (event.target !== search && event.target !== here)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      if (event.target === search) { search.value = ""; look(); }
      search.focus();
    }
  });

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

  // Paper has no buttons: what is folded is opened for printing, and closed again; what the search hides is there, too.
  let opened = [];
  addEventListener("beforeprint", () => {
    narrow([]);
    opened = all("details:not([open], .steps, .drawing)");
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => {
    opened.forEach((d) => { d.open = false; });
    narrow(sought());
  });

  // After the other scripts have set up.
  addEventListener("DOMContentLoaded", follow);
})();
