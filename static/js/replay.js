// Playing a trade again. Every step is a link that the server answers with one more bar; this script presses it: Space
// plays and stops, arrows step, plus and minus change the speed. Nothing of the future is here to be looked at.

const SPEEDS = [0.5, 1, 2, 4, 8];
const root = document.querySelector("[data-replay]");
const shortcuts = document.documentElement.dataset.shortcuts !== "off";
let speed = 2;
let playing = false;
let timer = 0;

function find(name) {
  return root.querySelector(`[data-replay-${name}]`);
}

function show() {
  for (const name of ["play", "slower", "faster", "speed"]) {
    const part = find(name);
    if (part) part.hidden = false;
  }
  const play = find("play");
  if (!play) return;
  play.textContent = playing ? "Stop" : "Play";
  play.setAttribute("aria-pressed", String(playing));
  play.disabled = !find("next");
  find("speed").textContent = `${SPEEDS[speed]} bars/s`;
}

function stop() {
  playing = false;
  clearTimeout(timer);
  show();
}

function wait() {
  clearTimeout(timer);
  if (playing) timer = setTimeout(() => step("next"), 1000 / SPEEDS[speed]);
}

function step(name) {
  const link = find(name);
  if (link) link.click();
  else stop();
  return Boolean(link);
}

function toggle() {
  if (playing) {
    stop();
  } else if (find("next")) {
    playing = true;
    show();
    step("next");
  }
}

function change(by) {
  speed = Math.min(Math.max(speed + by, 0), SPEEDS.length - 1);
  show();
  wait();
}

function isBusy(target) {
  return Boolean(target.closest?.("input, textarea, select, button, summary, [contenteditable='true']"));
}

const KEYS = {
  ArrowRight: () => step("next"),
  ArrowLeft: () => {
    stop();
    return step("previous");
  },
  "+": () => change(1),
  "=": () => change(1),
  "-": () => change(-1),
};

function onKey(event) {
  if (!shortcuts || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") || isBusy(event.target)) return;
  if (event.key === " ") toggle();
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
}

function onClick(event) {
  if (event.target.closest("[data-replay-play]")) toggle();
  else if (event.target.closest("[data-replay-slower]")) change(-1);
  else if (event.target.closest("[data-replay-faster]")) change(1);
  else if (event.isTrusted && event.target.closest("[data-replay-previous]")) stop();
}

if (root && document.getElementById("replay-stage")) {
  document.addEventListener("keydown", onKey);
  root.addEventListener("click", onClick);
  document.body.addEventListener("htmx:afterSettle", () => {
    if (playing && !find("next")) stop();
    else show();
    wait();
  });
  document.body.addEventListener("htmx:responseError", stop);
  document.body.addEventListener("htmx:sendError", stop);
  show();
}
