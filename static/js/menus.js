// Menus (<details>), dialogs and table rows: they work without this; it adds what hands expect.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[open][data-menu]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  // A press on the backdrop is a press on the dialog itself.
  if (event.target.matches("dialog[open]")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[open][data-menu]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.preventDefault();
});

// Rows of a table with data-rows: one is selected; arrows move, Enter opens.
function select(row) {
  for (const other of row.parentElement.closest("table").querySelectorAll("tr[aria-selected='true']")) {
    other.setAttribute("aria-selected", "false");
  }
  row.setAttribute("aria-selected", "true");
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("table[data-rows] tbody tr");
  if (row && !event.target.closest("a, button, input, summary")) select(row);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("table[data-rows] tbody tr");
  if (!row || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, select")) return;
  const rows = [...row.closest("table").querySelectorAll("tbody tr")];
  const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  select(next);
  (next.querySelector("a[href], button") || next).focus();
});
