// Toasts and spoken announcements. Texts are set as text, never as markup.

const SHOWN_MS = 7000;
const SPEAK_EVERY_MS = 2000;
const ICONS = {
  success: "m3.5 8.5 3 3 6-6.75",
  info: "M8 7.25V11M8 5v.1M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8",
  warning: "M8 2.25 14.25 13.25H1.75zM8 6.5v3M8 11.4v.1",
  error: "M5.25 1.75h5.5l3.5 3.5v5.5l-3.5 3.5h-5.5l-3.5-3.5v-5.5zM5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5",
  close: "m4 4 8 8M12 4l-8 8",
};

const region = document.getElementById("toasts");
const announcements = document.getElementById("announcements");

function icon(name, small = false) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("class", small ? "icon small" : "icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name] || ICONS.info);
  svg.append(path);
  return svg;
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet small icon-only";
  button.dataset.dismiss = "";
  button.setAttribute("aria-label", "Dismiss");
  button.append(icon("close", true));
  return button;
}

function link(url, label) {
  const anchor = document.createElement("a");
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) return "";
  anchor.className = "small";
  anchor.href = address.pathname + address.search + address.hash;
  anchor.textContent = label || "View";
  return anchor;
}

// An identical toast is not stacked: it stays a little longer.
// News without words (a notice that needs no interrupting) shows nothing.
function show({ text, detail = "", level = "info", url = "", url_label = "" }) {
  if (!text) return;
  const same = [...region.children].find((toast) => toast.dataset.text === text + detail);
  if (same) return keep(same);
  const toast = document.createElement("div");
  toast.className = `toast${level === "error" ? " is-block" : ""}${level === "warning" ? " is-warn" : ""}`;
  toast.dataset.toast = "";
  toast.dataset.text = text + detail;
  toast.setAttribute("role", level === "error" ? "alert" : "status");
  if (level === "error") toast.dataset.persistent = "";
  const words = document.createElement("span");
  words.textContent = text;
  if (detail) {
    const sub = document.createElement("span");
    sub.className = "sub";
    sub.textContent = detail;
    words.append(sub);
  }
  toast.append(icon(level), words, url ? link(url, url_label) : "", closeButton());
  region.append(toast);
  keep(toast);
}

const timers = new WeakMap();
function keep(toast) {
  clearTimeout(timers.get(toast));
  if ("persistent" in toast.dataset) return;
  timers.set(
    toast,
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) keep(toast);
      else toast.remove();
    }, SHOWN_MS),
  );
}

// Announcements are joined and spaced, so that a burst of fills can be listened to.
let waiting = [];
let speaking = 0;
function announce(text) {
  if (!announcements || !text) return;
  waiting.push(text);
  if (speaking) return;
  const speak = () => {
    announcements.textContent = waiting.join(" ");
    waiting = [];
    speaking = setTimeout(() => {
      speaking = 0;
      if (waiting.length) speak();
    }, SPEAK_EVERY_MS);
  };
  speak();
}

if (region) {
  for (const toast of region.querySelectorAll("[data-toast]")) {
    toast.querySelector("[data-dismiss]")?.removeAttribute("hidden");
    keep(toast);
  }
  region.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
  });
  // From scripts, from the server's HX-Trigger header, and from the event stream.
  for (const name of ["desk:toast", "toast", "desk:notice"]) {
    document.body.addEventListener(name, (event) => show(event.detail));
  }
  document.body.addEventListener("desk:announce", (event) => announce(event.detail.text));
}
