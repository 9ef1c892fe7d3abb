// Inside the admin theme: ask before a move that cannot be undone, rest while nobody looks, name nameless fields.
"use strict";
(() => {
  const CALM = 10000; // a hidden page asks for progress this seldom (ms)
  let asked = 0;

  // Select2 names its box by the chosen value alone, so an empty one has no name: put the field's label first.
  const nameBoxes = () => document.querySelectorAll("label[for]").forEach((label) => {
    const choice = document.getElementById(label.htmlFor);
    const box = choice && choice.parentElement.querySelector(".select2-selection");
    if (!box) return;
    label.id = label.id || `${label.htmlFor}-label`;
    [box, box.querySelector("[role=textbox]")].forEach((part) => {
      if (part) part.setAttribute("aria-labelledby", `${label.id} ${part.getAttribute("aria-labelledby") || ""}`.trim());
    });
  });
  const startLarge = () => document.querySelectorAll("td[data-label]").forEach((cell) => {
    cell.dataset.label = cell.dataset.label.charAt(0).toUpperCase() + cell.dataset.label.slice(1);
  });
  document.addEventListener("DOMContentLoaded", startLarge);
  // By then the theme's own scripts have said what they do when the page is ready; ours comes after them.
  document.addEventListener("DOMContentLoaded", () => window.django?.jQuery?.(nameBoxes));
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.confirm;
    if (words && !window.confirm(words)) event.preventDefault();
  });
  // The theme's search boxes forget the label of the field they replace.
  new MutationObserver(() => {
    document.querySelectorAll("select.admin-autocomplete").forEach((field) => {
      const box = field.parentElement.querySelector(".select2-selection__rendered:not([aria-label])");
      if (box && field.labels[0]) box.setAttribute("aria-label", field.labels[0].textContent.trim());
    });
  }).observe(document, { childList: true, subtree: true });
  // The theme opens the palette unless one is typing; the key means nothing else inside a field.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || !event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    window.dispatchEvent(new CustomEvent("opencommand"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-progress]")) return;
    if (document.hidden && Date.now() - asked < CALM) event.preventDefault(); else asked = Date.now();
  });
  // Whoever fills in a form that was opened inside is not interrupted, not even by an answer under way.
  ["htmx:beforeRequest", "htmx:beforeSwap"].forEach((name) => document.addEventListener(name, (event) => {
    if (event.target.matches("[data-progress]") && event.target.querySelector("details[open]")) event.preventDefault();
  }));
})();
