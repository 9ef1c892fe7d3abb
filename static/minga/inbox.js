// One key, one act: each points at the link, button or field that carries it, so nothing works by key alone. The
// keys can be turned off; they rest while somebody types. After an act the next case is said and has the focus.
"use strict";
(() => {
  const OFF = "minga-inbox-keys-off";
  const stored = (change) => { try { return change(localStorage); } catch { return null; } };
  const isOff = () => Boolean(stored((kept) => kept.getItem(OFF)));
  const inbox = () => document.getElementById("inbox");
  const help = document.getElementById("inbox-keys");
  const toggle = document.getElementById("inbox-keys-on");
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const ready = () => {
    inbox().querySelectorAll("[data-opens][hidden]").forEach((button) => { button.hidden = false; });
    inbox().querySelector(".cases [aria-current]")?.scrollIntoView({ block: "nearest" });
  };
  const say = () => {
    const said = [...inbox().querySelectorAll("[data-say], #case-heading")].map((one) => one.textContent.trim());
    document.getElementById("inbox-said").textContent = said.join(" ");
  };
  const press = (part) => {
    if (part.matches("input")) { part.focus(); part.select(); } else part.click();
  };
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => stored((kept) => (toggle.checked ? kept.removeItem(OFF) : kept.setItem(OFF, "1"))));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target) && inbox().contains(event.target)) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || help.open || typing(event.target)) return;
    if (isOff() && event.key !== "?") return;
    const digit = /^(?:Digit|Numpad)([1-3])$/.exec(event.code)?.[1];
    const key = digit && event.shiftKey ? `shift+${digit}` : event.key.toLowerCase();
    const part = inbox().querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!part) return;
    event.preventDefault();
    press(part);
  });
  // A refusal is a page too: the same case as it stands now, with the reason.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "inbox" && event.detail.xhr.status >= 400 && event.detail.xhr.status < 500) {
      event.detail.shouldSwap = (event.detail.xhr.getResponseHeader("HX-Replace-Url") || "") !== "";
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!inbox()?.contains(event.target) && event.target !== inbox()) return;
    ready();
    say();
    const looked = inbox().querySelector(".found");
    (looked?.querySelector("button, a") || document.getElementById("case-heading"))?.focus();
  });
  // Keys act on what is drawn: a key between the swap and its settling would find links and forms that carry
  // nothing yet, and leave the page. Without a delay there is no between.
  htmx.config.defaultSettleDelay = 0;
  ready();
})();
