// Asks the browser for a passkey and puts its answer into the form; without a browser that can, the button stays hidden.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  const start = form?.querySelector("[data-passkey-start]");
  const can = window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!start || !can) return;
  const { passkey, asked, answer } = form.dataset;
  const { publicKey } = JSON.parse(asked);
  const ceremony = () => (passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }));
  const failed = form.querySelector("[data-passkey-failed]");
  start.hidden = false;
  start.addEventListener("click", async () => {
    failed.hidden = true;
    try {
      form.elements[answer].value = JSON.stringify(await ceremony());
      form.submit();
    } catch { failed.hidden = false; }
  });
})();
