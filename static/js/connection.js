// The one event stream of a page: hands its messages to the rest as DOM events and says when it is lost.
// The htmx extension opens the stream (sse-connect on <body>); its source is created here so that
// scripts and htmx share one connection.

const GRACE_MS = 1500;
const KINDS = ["quotes", "notice", "system", "orders", "positions", "account"];

const root = document.documentElement;
let banner = null;
let timer = 0;
let leaving = false;

function clockText(instant) {
  const zone = document.querySelector("[data-clock]")?.dataset.zone || "America/New_York";
  const options = { hour12: false, timeZone: zone, timeZoneName: "short" };
  return new Intl.DateTimeFormat("en-US", {
    ...options,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(instant);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

function showLoss(since) {
  if (banner || leaving) return;
  root.dataset.connection = "lost";
  banner = document.createElement("div");
  banner.className = "notice is-warn connection-banner";
  const words = document.createElement("span");
  words.textContent = `Connection lost. Prices frozen ${clockText(since)}. Trying again.`;
  banner.append(words);
  document.getElementById("connection")?.append(banner);
  document.body.dispatchEvent(new CustomEvent("desk:connection", { detail: { live: false, since } }));
}

function onLoss() {
  if (timer || banner) return;
  const since = new Date();
  timer = setTimeout(() => showLoss(since), GRACE_MS);
}

function onOpen() {
  clearTimeout(timer);
  timer = 0;
  const wasLost = Boolean(banner);
  banner?.remove();
  banner = null;
  root.dataset.connection = "live";
  if (!wasLost) return;
  document.body.dispatchEvent(new CustomEvent("desk:connection", { detail: { live: true } }));
  document.body.dispatchEvent(new CustomEvent("desk:refresh"));
  document.body.dispatchEvent(new CustomEvent("desk:announce", { detail: { text: "Connection restored." } }));
}

function createEventSource(url) {
  const source = new EventSource(url);
  source.addEventListener("open", onOpen);
  source.addEventListener("error", onLoss);
  for (const kind of KINDS) {
    source.addEventListener(kind, (message) => {
      onOpen();
      const event = new CustomEvent(`desk:${kind}`, { detail: parsed(message.data) });
      document.body.dispatchEvent(event);
    });
  }
  return source;
}

// Leaving a page closes its stream: that is no loss.
addEventListener("pagehide", () => {
  leaving = true;
  clearTimeout(timer);
});
addEventListener("pageshow", () => {
  leaving = false;
});

if (window.htmx) window.htmx.createEventSource = createEventSource;
