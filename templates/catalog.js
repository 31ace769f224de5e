"use strict";
// The pages are complete without this script. It adds a search to the list of all products.
(() => {
  const search = document.getElementById("search");
  if (!search) return;
  search.closest("[hidden]").hidden = false;
  const rows = Array.from(document.querySelectorAll(".hit")).map((row) => ({
    row, text: (row.textContent + " " + row.dataset.words).toLowerCase().replace(/\s+/g, " "),
  }));
  const look = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const { row, text } of rows) {
      const found = words.every((word) => text.includes(word));
      row.hidden = !found;
      if (found) n += 1;
    }
    document.getElementById("hits").value = words.length ? n + " of " + rows.length : "";
  };
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") { search.value = ""; look(); } });
  look();
})();
