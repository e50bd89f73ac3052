// Days as a grid for the keyboard: one stop for Tab, arrows from day to day, Home and End to the ends of a week,
// Page Up and Page Down to the period before and after. Without this script every day is a link of its own.

const DAY_MS = 86400000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const grids = [...document.querySelectorAll("[data-calendar]")];
const cells = new Map(
  grids.flatMap((grid) => [...grid.querySelectorAll("[data-day]")].map((cell) => [cell.dataset.day, cell])),
);

function dayAfter(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

// Weekends without trades have no column: the next day that has a cell is meant, within two weeks.
function neighbour(day, step) {
  let wanted = dayAfter(day, step);
  for (let tried = 0; tried < 14 && !cells.has(wanted); tried += 1) wanted = dayAfter(wanted, Math.sign(step));
  return cells.get(wanted);
}

function endOfWeek(cell, key) {
  const row = [...cell.closest("tr").querySelectorAll("[data-day]")];
  return key === "Home" ? row[0] : row.at(-1);
}

function rest(chosen) {
  for (const cell of cells.values()) cell.tabIndex = cell === chosen ? 0 : -1;
}

function onKey(event) {
  const cell = event.target.closest("[data-day]");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "PageUp" || event.key === "PageDown") {
    const link = document.querySelector(event.key === "PageUp" ? "a[rel=prev]" : "a[rel=next]");
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  const ends = event.key === "Home" || event.key === "End";
  const target = ends ? endOfWeek(cell, event.key) : STEPS[event.key] && neighbour(cell.dataset.day, STEPS[event.key]);
  if (!ends && !STEPS[event.key]) return;
  event.preventDefault();
  if (!target) return;
  rest(target);
  target.focus();
}

if (cells.size) {
  rest(document.querySelector("[data-day][aria-current], [data-day].is-today") || cells.values().next().value);
  for (const grid of grids) grid.addEventListener("keydown", onKey);
}
