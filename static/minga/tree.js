// Drag a persona to its place by the grip; the buttons beside it do the same without script, mouse or sight. Keep
// the focus where the reader was before a form was sent.
"use strict";
(() => {
  // Browsers leave this out where the page is slow to be drawn; the next keyword is typed where the last one was.
  if (document.activeElement === document.body) document.querySelector(".house [autofocus]")?.focus();
  const list = document.querySelector("[data-order]");
  const form = list && document.getElementById(list.dataset.order);
  if (!form) return;
  const codes = () => [...list.children].map((item) => item.dataset.code);
  const before = codes();
  let held = null;

  list.querySelectorAll(".grip").forEach((grip) => {
    grip.hidden = false;
    grip.draggable = true;
    grip.addEventListener("dragstart", (event) => {
      held = grip.closest("[data-code]");
      held.classList.add("held");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", held.dataset.code);
      event.dataTransfer.setDragImage(held, 20, 20);
    });
    grip.addEventListener("dragend", (event) => {
      held.classList.remove("held");
      held = null;
      // Let go elsewhere, or Escape: everything stays where it was.
      if (event.dataTransfer.dropEffect === "none") {
        before.forEach((code) => list.append([...list.children].find((item) => item.dataset.code === code)));
      }
      if (codes().join() === before.join()) return;
      codes().forEach((code) => {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = "code";
        field.value = code;
        form.append(field);
      });
      form.requestSubmit();
    });
  });
  list.addEventListener("dragover", (event) => {
    const over = held && event.target.closest("[data-code]");
    if (!over) return;
    event.preventDefault();
    if (over === held) return;
    const box = over.getBoundingClientRect();
    const isBelow = event.clientY > box.top + box.height / 2;
    over.insertAdjacentElement(isBelow ? "afterend" : "beforebegin", held);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
})();
