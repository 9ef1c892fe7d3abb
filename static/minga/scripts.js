// A press on a known variable puts it into the text where the writer was; the check beside the text follows.
"use strict";
(() => {
  const text = document.getElementById("id_text");
  if (!text) return;
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-inserts]");
    if (!chip) return;
    text.setRangeText(`{{${chip.dataset.inserts}}}`, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
