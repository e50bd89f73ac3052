// Tabs inside a page and the desk's views on a phone. Without this script every panel is simply there.
//   <div class="tabs" data-tabs><a href="#panel-positions">Positions</a> ...</div> <div id="panel-positions">

function panelOf(tab) {
  return document.getElementById(tab.hash.slice(1));
}

function choose(tabs, chosen) {
  for (const tab of tabs) {
    const current = tab === chosen;
    tab.setAttribute("aria-selected", String(current));
    tab.tabIndex = current ? 0 : -1;
    const panel = panelOf(tab);
    if (panel) panel.hidden = !current;
  }
}

function prepare(list) {
  const tabs = [...list.querySelectorAll("a[href^='#']")].filter(panelOf);
  if (!tabs.length || list.getAttribute("role") === "tablist") return;
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    panelOf(tab).setAttribute("role", "tabpanel");
  }
  choose(tabs, tabs.find((tab) => tab.getAttribute("aria-selected") === "true") || tabs[0]);
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    event.preventDefault();
    choose(tabs, tab);
  });
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const index = tabs.indexOf(document.activeElement);
    const next = tabs[(index + move + tabs.length) % tabs.length];
    choose(tabs, next);
    next.focus();
  });
}

// On a phone the desk shows one view at a time; it starts with the chart and the ticket.
const VIEWS = { watch: "watch", "chart-pane": "trade", "ticket-pane": "trade", book: "book" };

function viewOf(link) {
  const pane = document.getElementById(link.hash.slice(1));
  const name = Object.keys(VIEWS).find((one) => pane?.classList.contains(one));
  return VIEWS[name];
}

function prepareViews(views) {
  const desk = document.querySelector(".desk");
  const links = [...views.querySelectorAll("a[href^='#']")].filter(viewOf);
  if (!desk || !links.length) return;
  const show = (link) => {
    desk.dataset.view = viewOf(link);
    for (const other of links) {
      if (other === link) other.setAttribute("aria-current", "page");
      else other.removeAttribute("aria-current");
    }
  };
  views.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!links.includes(link)) return;
    event.preventDefault();
    show(link);
    document.getElementById("main").scrollTop = 0;
  });
  const here = links.find((link) => link.hash === location.hash);
  show(here || links.find((link) => viewOf(link) === "trade") || links[0]);
}

function prepareAll(root) {
  root.querySelectorAll?.("[data-tabs]").forEach(prepare);
  root.querySelectorAll?.(".desk-views").forEach(prepareViews);
}

prepareAll(document);
document.body.addEventListener("htmx:afterSettle", (event) => prepareAll(event.detail.elt));
