// Everything that moves with time: the exchange clock, ages, countdowns and the stale mark.
//   [data-clock data-zone]  [data-at] with a [data-age] inside  [data-countdown]  [data-countdown-meter data-total]

const DEFAULT_STALE_SECONDS = 15;
const skew = measureSkew();

// The page's own clock may be wrong; the server said what time it was when it wrote the page.
function measureSkew() {
  const written = Date.parse(document.querySelector("[data-clock]")?.getAttribute("datetime") || "");
  const difference = Number.isNaN(written) ? 0 : written - performance.timeOrigin;
  return Math.abs(difference) > 5000 ? difference : 0;
}

function now() {
  return Date.now() + skew;
}

export function ageText(milliseconds) {
  const seconds = Math.max(milliseconds, 0) / 1000;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

export function remainingText(milliseconds) {
  const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const formats = new Map();
function format(zone) {
  if (!formats.has(zone)) {
    const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
    formats.set(
      zone,
      new Intl.DateTimeFormat("en-US", { ...parts, hour12: false, timeZone: zone, timeZoneName: "short" }),
    );
  }
  return formats.get(zone);
}

function tickClocks(instant) {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    write(clock, format(clock.dataset.zone).format(instant).replace(/^24/, "00"));
  }
}

function tickAges(instant) {
  for (const element of document.querySelectorAll("[data-at]")) {
    const age = instant - Date.parse(element.dataset.at);
    if (Number.isNaN(age)) continue;
    const limit = Number(element.dataset.staleAfter || DEFAULT_STALE_SECONDS) * 1000;
    const stale = age > limit;
    element.classList.toggle("is-stale", stale);
    if (element.matches("tr, li")) element.classList.toggle("is-stale-row", stale);
    element.querySelector("[data-dot]")?.classList.toggle("is-stale", stale);
    const chip = element.querySelector("[data-stale]");
    if (chip) chip.hidden = !stale;
    for (const part of element.querySelectorAll("[data-age]")) write(part, ageText(age));
  }
}

function tickCountdowns(instant) {
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const left = Date.parse(element.dataset.countdown) - instant;
    if (Number.isNaN(left)) continue;
    write(element, remainingText(left));
    if (left <= 0 && !element.dataset.over) {
      element.dataset.over = "1";
      element.dispatchEvent(new CustomEvent("desk:over", { bubbles: true }));
    }
  }
  for (const meter of document.querySelectorAll("[data-countdown-meter]")) {
    const left = Date.parse(meter.dataset.countdownMeter) - instant;
    const share = (left / (Number(meter.dataset.total) * 1000)) * 100;
    meter.querySelector("rect")?.setAttribute("width", `${Math.min(Math.max(share, 0), 100).toFixed(1)}%`);
  }
}

function tick() {
  if (document.hidden) return;
  const instant = now();
  tickClocks(instant);
  tickAges(instant);
  tickCountdowns(instant);
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
tick();
