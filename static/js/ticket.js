// The ticket: fields that the chosen order type does not use step aside. Without a script all are there.
//   <select name="type">  <div data-for-types="limit stop_limit">

function fit(form) {
  const type = form.querySelector("[name='type']")?.value;
  if (!type) return;
  for (const part of form.querySelectorAll("[data-for-types]")) {
    part.hidden = !part.dataset.forTypes.split(" ").includes(type);
  }
}

function fitAll() {
  document.querySelectorAll("[data-ticket]").forEach(fit);
}

document.addEventListener("change", (event) => {
  if (event.target.name === "type") fitAll();
});
document.body.addEventListener("htmx:afterSettle", fitAll);
fitAll();
