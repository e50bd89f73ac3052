// Quotes from the event stream into the page. The server sends finished texts; nothing is computed here.
//   {"ACME": {"at": "2026-11-23T15:42:17Z", "last": "60.00", "change": "+0.41", "direction": "gain"}}
//   <tr data-quote-row="ACME" data-at=...> <td data-quote="ACME" data-field="last">60.00</td>

const MINUS = "\u2212";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function quotesOf(detail) {
  return Object.entries(detail)
    .filter(([, quote]) => quote && typeof quote === "object")
    .map(([symbol, quote]) => ({ symbol, ...quote }));
}

function flash(element) {
  if (calm.matches) return;
  element.classList.remove("is-ticking");
  // The class must be seen gone before it starts again.
  void element.offsetWidth;
  element.classList.add("is-ticking");
}

function show(element, text) {
  const shown = String(text).replace(/^-/, MINUS);
  if (element.textContent === shown) return;
  element.textContent = shown;
  if (element.dataset.field === "last") flash(element);
}

function apply(quote) {
  const symbol = CSS.escape(quote.symbol);
  for (const row of document.querySelectorAll(`[data-quote-row="${symbol}"]`)) {
    if (quote.at) row.dataset.at = quote.at;
  }
  for (const element of document.querySelectorAll(`[data-quote="${symbol}"][data-field]`)) {
    const text = quote[element.dataset.field];
    if (text === undefined || text === null) continue;
    show(element, text);
    if (element.dataset.field.startsWith("change") && quote.direction !== undefined) {
      element.classList.toggle("gain", quote.direction === "gain");
      element.classList.toggle("loss", quote.direction === "loss");
    }
  }
}

function applyFeed(quotes) {
  const newest = quotes
    .map((quote) => quote.at)
    .filter(Boolean)
    .sort()
    .at(-1);
  if (!newest) return;
  for (const feed of document.querySelectorAll("[data-feed]")) {
    feed.dataset.at = newest;
    feed.querySelector("[data-dot]")?.classList.remove("is-off");
  }
}

// At most one drawing per frame, the newest quote of a symbol wins.
let pending = new Map();
let scheduled = 0;
function draw() {
  scheduled = 0;
  const quotes = [...pending.values()];
  pending = new Map();
  quotes.forEach(apply);
  applyFeed(quotes);
  // For whatever draws more than a text, such as the chart.
  for (const detail of quotes) document.body.dispatchEvent(new CustomEvent("desk:quote", { detail }));
}

document.body.addEventListener("desk:quotes", (event) => {
  for (const quote of quotesOf(event.detail)) {
    pending.set(quote.symbol, { ...pending.get(quote.symbol), ...quote });
  }
  scheduled ||= requestAnimationFrame(draw);
});
