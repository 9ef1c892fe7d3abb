// Inside the admin theme: ask before a move that cannot be undone, and rest while nobody looks.
"use strict";
(() => {
  const CALM = 10000; // a hidden page asks for progress this seldom (ms)
  let asked = 0;

  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.confirm;
    if (words && !window.confirm(words)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-progress]")) return;
    if (document.hidden && Date.now() - asked < CALM) event.preventDefault(); else asked = Date.now();
  });
})();
