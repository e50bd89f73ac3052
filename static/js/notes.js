// Writing notes: pictures by paste, drop or file, and a copy of the text in this browser until it is saved.

const STORE = "tradedesk-note:";
const KEPT_MS = 7 * 24 * 3600 * 1000;
const FIELDS = ["title", "body", "tags", "symbols", "day"];

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false; // private windows and full stores: the desk's own draft remains
  }
}

function stored(person) {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(`${STORE}${person}:`))
    .map((name) => ({ name, held: read(name) }))
    .filter(({ held }) => held && typeof held.body === "string");
}

// What was saved needs no copy, and what nobody wanted for a week goes.
function tidy(person) {
  for (const { name, held } of stored(person)) {
    if (Date.now() - held.at > KEPT_MS) localStorage.removeItem(name);
  }
}

const page = document.querySelector("[data-note-read]");
if (page) {
  const name = STORE + page.dataset.noteRead;
  const held = read(name);
  if (held && held.version < Number(page.dataset.version)) localStorage.removeItem(name);
}

const form = document.querySelector("[data-note-form]");
if (form) {
  const [person] = form.dataset.noteForm.split(":");
  const name = STORE + form.dataset.noteForm;
  const body = form.elements.body;
  const version = Number(form.elements.version.value);
  const kept = document.getElementById("note-kept");
  const tray = document.getElementById("note-tray");
  const refused = document.getElementById("note-refused");

  const now = () => Object.fromEntries(FIELDS.map((field) => [field, form.elements[field].value]));
  const differs = (held) => held.body !== body.value || held.title !== form.elements.title.value;
  const changed = () => body.dispatchEvent(new Event("input", { bubbles: true }));
  const say = (text) => (kept.textContent = text);

  tidy(person);
  offer();

  // Text of this note, or of a new one that never reached the desk.
  function offer() {
    const notice = document.getElementById("note-stored");
    const mine = stored(person)
      .filter(({ name: other, held }) => (other === name || (version === 0 && held.version === 0)) && differs(held))
      .sort((a, b) => b.held.at - a.held.at)[0];
    if (!mine) return;
    const words = (mine.held.title || mine.held.body).trim().slice(0, 80);
    if (!words) return;
    notice.querySelector("[data-stored-words]").textContent = `${words} (${new Date(mine.held.at).toLocaleString()})`;
    notice.hidden = false;
    notice.querySelector("[data-stored-use]").addEventListener("click", () => {
      for (const field of FIELDS) form.elements[field].value = mine.held[field] || form.elements[field].value;
      if (mine.name !== name) localStorage.removeItem(mine.name);
      notice.hidden = true;
      body.focus();
      changed();
      fillTray();
    });
    notice.querySelector("[data-stored-forget]").addEventListener("click", () => {
      localStorage.removeItem(mine.name);
      notice.hidden = true;
    });
  }

  // Pictures of a text that came from this browser's copy: their places in the tray.
  async function fillTray() {
    for (const [, key] of body.value.matchAll(/\(image:([0-9a-f-]{36})\)/g)) {
      if (tray.querySelector(`[data-picture="${CSS.escape(key)}"]`)) continue;
      const answer = await fetch(`${form.dataset.upload}${key}/words/`).catch(() => null);
      if (!answer?.ok) continue;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      tray.append(part.querySelector("[data-picture]") || "");
    }
  }

  form.addEventListener("input", () => {
    write(name, { ...now(), version, at: Date.now() });
    for (const item of tray.children) item.hidden = !body.value.includes(`image:${item.dataset.picture}`);
  });

  // The draft is a convenience: that the desk did not answer is said here and nowhere louder.
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    kept.addEventListener(failure, (event) => {
      event.stopPropagation();
      say("The desk does not answer: kept in this browser");
    });
  }

  form.addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say("No connection: kept in this browser. Save again when it is back.");
    },
    true,
  );

  // Pictures ---------------------------------------------------------------------------------

  function insert(text) {
    const { selectionStart: start, selectionEnd: end, value } = body;
    const before = start && value[start - 1] !== "\n" ? "\n" : "";
    body.value = `${value.slice(0, start)}${before}${text}\n${value.slice(end)}`;
    const caret = start + before.length + text.length + 1;
    body.setSelectionRange(caret, caret);
  }

  function replace(mark, text) {
    const at = body.value.indexOf(mark);
    if (at < 0) return;
    const caret = body.selectionStart;
    body.value = body.value.replace(mark, text);
    const moved = caret > at ? caret + text.length - mark.length : caret;
    if (document.activeElement === body) body.setSelectionRange(moved, moved);
    changed();
  }

  async function send(file) {
    const mark = `![picture on its way ${crypto.randomUUID().slice(0, 8)}]()`;
    insert(mark);
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("pictures", file);
    refused.replaceChildren();
    try {
      const answer = await fetch(form.dataset.upload, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const item = part.querySelector("[data-picture]");
      if (answer.ok && item) {
        tray.append(item);
        replace(mark, `![](image:${item.dataset.picture})`);
        document.body.dispatchEvent(
          new CustomEvent("desk:announce", { detail: { text: "Picture added. Say what it shows." } }),
        );
        return;
      }
      const said = part.querySelector(".notice");
      refuse(said ? said.textContent.trim() : `${file.name}: the desk did not take this picture.`);
    } catch {
      refuse(`${file.name}: the desk did not answer. Add the picture again.`);
    }
    replace(mark, "");
  }

  function refuse(text) {
    const notice = document.createElement("div");
    notice.className = "notice is-block";
    notice.textContent = text;
    refused.replaceChildren(notice);
  }

  const pictures = (transfer) => [...(transfer?.files || [])].filter((file) => file.type.startsWith("image/"));

  async function sendAll(files) {
    for (const file of files) await send(file);
  }

  form.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    sendAll(files);
  });
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-drop");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-drop"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const files = pictures(event.dataTransfer);
    if (files.length) sendAll(files);
    else refuse("Only pictures can be dropped here: PNG, JPEG, WebP or GIF.");
  });
  const chooser = document.getElementById("note-files");
  chooser.addEventListener("change", () => {
    const files = [...chooser.files];
    chooser.value = ""; // sent on their own, not again with the form
    sendAll(files);
  });
}
