// The keyboard map. Letters are inert while something is typed, and no arrow key ever sends an order.
// With the shortcuts switched off in the settings, only the kill switch keeps its keys.

const root = document.documentElement;
const enabled = root.dataset.shortcuts !== "off";
const CHORD_MS = 1500;
let chordUntil = 0;

function isTyping(target) {
  return Boolean(
    target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable='true']"),
  );
}

function click(selector, within = document) {
  const element = within.querySelector(selector);
  element?.click();
  return Boolean(element);
}

function focus(selector) {
  const element = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  element?.focus();
  element?.select?.();
  return Boolean(element);
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || document.querySelector("dialog[open]")) return false;
  dialog.showModal();
  return true;
}

function selectedRow() {
  return document.activeElement?.closest("tr") || document.querySelector("tr[aria-selected='true']");
}

function inRow(selector) {
  const row = selectedRow();
  return row ? click(selector, row) : false;
}

function chooseSide(value) {
  const side = document.querySelector(`[data-ticket] input[name="side"][value="${value}"]`);
  if (!side) return false;
  side.click();
  side.focus();
  return true;
}

const KEYS = {
  "/": () => focus("[data-search]"),
  "?": () => openDialog("shortcuts-dialog"),
  t: () => inRow("[data-ticket-link]") || focus("[data-ticket] [data-ticket-focus]"),
  b: () => chooseSide("buy"),
  s: () => chooseSide("sell"),
  n: () => click("[data-new-note]"),
  k: () => click("[data-new-task]"),
  x: () => inRow("[data-cancel]"),
  c: () => inRow("[data-close-position]"),
  g: () => {
    chordUntil = Date.now() + CHORD_MS;
    return true;
  },
};

function onLetter(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (Date.now() < chordUntil) {
    chordUntil = 0;
    return click(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
  }
  return KEYS[event.key]?.() || false;
}

// The next step of the page: review on the ticket, send on the review. Two pages, so two presses.
function onNextStep(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return false;
  const button = document.querySelector("[data-next-step]:not(:disabled)");
  if (!button || document.querySelector("dialog[open]")) return false;
  if (button.form) button.form.requestSubmit(button);
  else button.click();
  return true;
}

// First out of the field, then out of the page.
function onEscape(event) {
  if (event.key !== "Escape" || document.querySelector("dialog[open], details[open][data-menu]"))
    return false;
  if (document.querySelector("[data-armed]")) return false;
  if (isTyping(event.target)) {
    event.target.blur();
    return true;
  }
  return click("[data-back]");
}

function onKillSwitch(event) {
  if (!(event.altKey && event.shiftKey && event.code === "KeyK")) return false;
  return openDialog("kill-dialog") || click(".kill");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const handled =
    onKillSwitch(event) || (enabled && (onNextStep(event) || onEscape(event) || onLetter(event)));
  if (handled) event.preventDefault();
});

for (const opener of document.querySelectorAll("[data-shortcuts-open]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => openDialog("shortcuts-dialog"));
}
