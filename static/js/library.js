// The library: many files and folders added one by one, and the selection.
import { announce } from "./app.js";

const AT_ONCE = 2;
const byId = (id) => document.getElementById(id);

// --- adding ----------------------------------------------------------------------------------

const form = byId("add-form");
const bar = byId("adding-bar");
const label = byId("adding-label");
const refused = byId("refused");
let busy = false;

async function addAll(files) {
  if (busy || !files.length) return;
  busy = true;
  byId("add").open = true;
  byId("adding").hidden = false;
  byId("add-button").disabled = true;
  refused.replaceChildren();
  refused.hidden = true;
  const waiting = [...files];
  const state = { done: 0, taken: 0, refused: 0 };
  const worker = async () => {
    while (waiting.length) {
      await addOne(waiting.shift(), state);
      state.done += 1;
      bar.value = state.done / files.length;
      label.textContent = `${state.done} of ${files.length} files`;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  busy = false;
  byId("add-button").disabled = false;
  announce(`${state.taken} files added`);
  if (!state.refused) location.assign(location.pathname);
  else label.textContent = `${state.taken} added, ${state.refused} not taken.`;
  byId("reload")?.remove();
  if (state.refused && state.taken) label.after(reloadLink());
}

async function addOne(file, state) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("file", file, file.name);
  let answer;
  try {
    const sent = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    if (!sent.ok) throw new Error(`the server answered ${sent.status}.`);
    answer = await sent.json();
  } catch (error) {
    const reason = error instanceof TypeError ? "the server could not be reached." : error.message;
    answer = { taken: 0, refused: [{ name: file.name, reason }] };
  }
  state.taken += answer.taken;
  state.refused += answer.refused.length;
  for (const { name, reason } of answer.refused) tell(`${name}: ${reason}`);
}

function tell(sentence) {
  const row = document.createElement("li");
  row.textContent = sentence;
  refused.append(row);
  refused.hidden = false;
}

function reloadLink() {
  const link = document.createElement("a");
  link.id = "reload";
  link.href = location.pathname;
  link.textContent = "Show them";
  return link;
}

form.addEventListener("submit", (event) => {
  const files = [...byId("files").files, ...byId("folder").files];
  if (!files.length) return; // the server says so
  event.preventDefault();
  addAll(files.filter(isVisible));
});

const isVisible = (file) => !file.name.startsWith(".");

/** Files of what was dropped, folders and all that is in them included. */
async function droppedFiles(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  for (const entry of entries) await collect(entry, found);
  return found.filter(isVisible);
}

async function collect(entry, found) {
  if (entry.isFile) {
    found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const inner of some) await collect(inner, found);
  }
}

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  byId("add").open = true;
  byId("drop").classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) byId("drop").classList.remove("is-over");
});
document.addEventListener("drop", async (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  byId("drop").classList.remove("is-over");
  const plain = [...event.dataTransfer.files];
  const found = await droppedFiles(event.dataTransfer.items);
  addAll(found.length ? found : plain);
});

// --- selecting -------------------------------------------------------------------------------

const selection = byId("selection");

if (selection) {
  const boxes = [...selection.querySelectorAll("input[name=media]")];
  const page = byId("select-page");
  const all = byId("select-all");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    page.checked = chosen === boxes.length;
    page.indeterminate = chosen > 0 && chosen < boxes.length;
    byId("selected").textContent = all.checked ? "all selected" : chosen ? `${chosen} selected` : "";
    for (const box of boxes) box.closest(".tile").classList.toggle("is-selected", box.checked || all.checked);
  };
  page.addEventListener("change", () => {
    for (const box of boxes) box.checked = page.checked;
    show();
  });
  let last = null;
  selection.addEventListener("click", (event) => {
    if (event.target.name !== "media") return;
    const at = boxes.indexOf(event.target);
    if (event.shiftKey && last !== null) {
      const [from, to] = [Math.min(at, last), Math.max(at, last)];
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    last = at;
  });
  selection.addEventListener("change", show);
  show();
}
