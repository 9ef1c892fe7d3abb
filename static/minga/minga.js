// Loaded in the head without defer, so that a chosen theme is there before the first paint.
"use strict";
(() => {
  const root = document.documentElement;
  const CALM = 10000; // a screen reader hears of progress, and a hidden page asks for it, this seldom (ms)

  const chosen = () => { try { return localStorage.getItem("minga-theme") || "system"; } catch { return "system"; } };
  const paint = () => {
    if (chosen() === "system") delete root.dataset.theme; else root.dataset.theme = chosen();
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen()));
    });
  };
  paint();

  let said = 0, asked = 0, title = "";
  const show = () => {
    const bar = document.querySelector("[data-progress]");
    if (!bar) return;
    const live = bar.hasAttribute("hx-get");
    document.title = live && bar.dataset.progress ? `${bar.dataset.progress} % · ${title}` : title;
    document.querySelectorAll("link[data-busy]").forEach((link) => {
      link.href = live ? link.dataset.busy : link.dataset.calm;
    });
    if (live && Date.now() - said < CALM) return;
    said = Date.now();
    document.getElementById("announcer").textContent = bar.dataset.spoken;
  };

  document.addEventListener("DOMContentLoaded", () => { title = document.title; paint(); show(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) {
      try { localStorage.setItem("minga-theme", button.dataset.themeChoice); } catch { /* private window */ }
      paint();
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-progress]")) return;
    if (document.hidden && Date.now() - asked < CALM) event.preventDefault(); else asked = Date.now();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A session that ended answers with the log-in page: never inside a bar.
    const answer = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (answer !== new URL(event.detail.requestConfig.path, location.href).pathname) {
      event.preventDefault();
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSettle", show);
})();
