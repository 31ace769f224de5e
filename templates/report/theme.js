"use strict";
// Light or dark: as the reader's system says, until the reader says otherwise. Remembered only where the browser allows it.
(() => {
  const root = document.documentElement;
  const key = "coverage-theme";
  const remembered = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem(key, theme); } catch { /* a page on disk may not be allowed to */ } };
  const said = remembered();
  if (said === "dark" || said === "light") root.dataset.theme = said;
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      label();
    });
    system.addEventListener("change", label);
    label();
  });
})();
