// What must survive when htmx replaces a part of a page: the selected row, an armed button, and the truth
// about a request that failed.

const UNKNOWN =
  "The desk did not answer. It is not known whether this was done: look at the page again before you repeat it.";
const WORDS = {
  403: "Not allowed.",
  404: "That is no longer there.",
  429: "Too many tries. Wait a moment.",
  503: "Not available right now.",
};

function say(text, level = "error") {
  document.body.dispatchEvent(new CustomEvent("desk:toast", { detail: { text, level } }));
}

// News must not pull away a button that is waiting for its second press, or a menu that is open.
function isBusy(target) {
  return Boolean(target.querySelector?.("[data-armed], details[open][data-menu]"));
}

function messageOf(xhr) {
  const type = xhr.getResponseHeader("Content-Type") || "";
  if (!type.includes("html")) return "";
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector("[data-error-message]")?.textContent.trim() || "";
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
  const trigger = requestConfig?.triggeringEvent?.type || "";
  if (trigger.startsWith("sse:") && isBusy(target)) event.detail.shouldSwap = false;
});

document.body.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (event.detail.shouldSwap || xhr.getResponseHeader("HX-Retarget")) return;
  say(messageOf(xhr) || WORDS[xhr.status] || UNKNOWN);
});
// Leaving a page cuts its requests off: that is no failure.
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));
document.body.addEventListener("htmx:sendError", () => leaving || say(UNKNOWN));
document.body.addEventListener("htmx:timeout", () => say(UNKNOWN));

// An error that the server wrote stays until it is dismissed or the next thing is asked for.
const alerts = document.getElementById("alerts");
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const trigger = event.detail.requestConfig?.triggeringEvent?.type || "";
  if (!trigger.startsWith("sse:")) alerts?.replaceChildren();
});
alerts?.addEventListener(
  "click",
  (event) => event.target.closest("[data-dismiss]") && alerts.replaceChildren(),
);

// The selected row keeps its mark if it comes back with the same id.
let selected = [];
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const rows = event.detail.target.querySelectorAll?.("tr[aria-selected='true'][id]") || [];
  selected = [...rows].map((row) => row.id);
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of selected) document.getElementById(id)?.setAttribute("aria-selected", "true");
  selected = [];
});

// A form that came back with errors: the summary takes the focus, so that it is read and seen.
document.body.addEventListener("htmx:afterSettle", (event) => {
  event.detail.elt.querySelector?.("[data-focus]")?.focus();
});
document.querySelector("[data-focus]")?.focus();
