// Inside the admin theme: ask before a move that cannot be undone, and rest while nobody looks.
"use strict";
(() => {
  const CALM = 10000; // a hidden page asks for progress this seldom (ms)
  let asked = 0;

  // Select2 names its box by the chosen value alone, so an empty one has no name: put the field's label first.
  window.addEventListener("load", () => document.querySelectorAll("label[for]").forEach((label) => {
    const choice = document.getElementById(label.htmlFor);
    const box = choice && choice.parentElement.querySelector(".select2-selection");
    if (!box) return;
    label.id = label.id || `${label.htmlFor}-label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") || ""}`.trim());
  }));
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.confirm;
    if (words && !window.confirm(words)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-progress]")) return;
    if (document.hidden && Date.now() - asked < CALM) event.preventDefault(); else asked = Date.now();
  });
})();
