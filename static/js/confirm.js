// Second presses: buttons that ask once more in place, the kill switch that is held or confirmed, and
// forms that may leave only once. Without this script the server asks on a page of its own.

const ARMED_MS = 6000;
const DOUBLE_CLICK_MS = 350;
const HOLD_MS = 1000;

function label(button) {
  return button.querySelector("[data-label]") || button;
}

function disarm(button) {
  if (!("armed" in button.dataset)) return;
  clearTimeout(Number(button.dataset.timer));
  label(button).textContent = button.dataset.words;
  delete button.dataset.armed;
  button.classList.remove("is-armed");
}

function arm(button) {
  for (const other of document.querySelectorAll("[data-armed]")) disarm(other);
  button.dataset.words = label(button).textContent;
  button.dataset.armed = String(Date.now());
  label(button).textContent = button.dataset.confirm;
  button.classList.add("is-armed");
  button.dataset.timer = String(setTimeout(() => disarm(button), ARMED_MS));
  document.body.dispatchEvent(
    new CustomEvent("desk:announce", {
      detail: { text: `${button.dataset.confirm}. Press again to confirm.` },
    }),
  );
}

// In the capture phase, so that neither the form nor htmx sees the first press.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("[data-confirm]");
    if (!button) return;
    const armedAt = Number(button.dataset.armed || 0);
    if (armedAt && Date.now() - armedAt > DOUBLE_CLICK_MS) return disarm(button);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!armedAt) arm(button);
  },
  true,
);
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-armed]")) disarm(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const button of document.querySelectorAll("[data-armed]")) {
    disarm(button);
    event.preventDefault();
  }
});

// A form that sends something leaves once; coming back with the browser's button frees it.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(free));
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches("form[data-once]")) free(event.detail.elt);
});

// The kill switch: hold it for a second, or press and confirm in the dialog.
const kill = document.querySelector("form[data-kill]");
const engage = document.querySelector("form[data-kill-engage]");
const dialog = document.getElementById("kill-dialog");
if (kill && engage && dialog) {
  const button = kill.querySelector("button");
  let timer = 0;
  const release = () => {
    clearTimeout(timer);
    button.classList.remove("is-holding");
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.classList.add("is-holding");
    timer = setTimeout(() => engage.requestSubmit(), HOLD_MS);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(name, release);
  kill.addEventListener("submit", (event) => {
    event.preventDefault();
    release();
    if (!dialog.open) dialog.showModal();
  });
}
