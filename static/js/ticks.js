// One tick up or down, in decimal text: prices are never turned into binary fractions.
//   <div class="input-group" data-tick="0.01"><button data-step="-1"> <input> <button data-step="1"></div>

const DECIMAL = /^-?\d*(?:\.\d*)?$/;

function places(text) {
  return text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
}

function scaled(text, digits) {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt((whole || "0") + fraction.padEnd(digits, "0").slice(0, digits));
  return text.startsWith("-") ? -value : value;
}

function written(value, digits) {
  const sign = value < 0n ? "-" : "";
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  return digits ? `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` : sign + text;
}

// The next multiple of the tick in the direction of `steps`; a value between ticks goes to its neighbour.
export function stepped(value, fullTick, steps) {
  const tick = fullTick.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  const digits = Math.max(places(value), places(tick));
  const unit = scaled(tick, digits);
  const current = scaled(value, digits);
  const rest = ((current % unit) + unit) % unit;
  const base = rest && steps < 0 ? current - rest + unit : current - rest;
  const next = base + unit * BigInt(steps);
  return written(next < unit ? unit : next, digits).replace(trailing(digits, places(tick)), "");
}

// Digits beyond the tick are zero after a step: they go.
function trailing(digits, kept) {
  if (digits <= kept) return /$^/;
  return kept ? new RegExp(`0{${digits - kept}}$`) : /\.0+$/;
}

function step(group, steps) {
  const input = group.querySelector("input");
  const text = input.value.trim().replaceAll(",", "");
  if (input.disabled || input.readOnly || !DECIMAL.test(text)) return;
  const value = text || group.dataset.tickFrom || "";
  if (!value) return;
  input.value = text ? stepped(value, group.dataset.tick, steps) : value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-tick] [data-step]");
  if (!button) return;
  step(button.closest("[data-tick]"), Number(button.dataset.step) * (event.shiftKey ? 10 : 1));
});

document.addEventListener("keydown", (event) => {
  const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const group = steps && event.target.closest?.("[data-tick]");
  if (!group || !event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  step(group, event.shiftKey ? steps * 10 : steps);
});
