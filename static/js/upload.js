// The upload form: drop files, see and remove them, watch the bytes go, cancel.
// The chosen files stay in the form's own file input, so that a plain submit sends the same.
import { announce } from "./app.js";
import { sizeText } from "./sizes.js";

const form = document.getElementById("upload-form");
const input = document.getElementById("files");
const picked = document.getElementById("picked");
const rejected = document.getElementById("rejected");
const sending = document.getElementById("sending");
const bar = document.getElementById("sent");
const barLabel = document.getElementById("sent-label");
const run = document.getElementById("run");
const summary = document.getElementById("summary");

const maxFiles = Number(form.dataset.maxFiles);
const maxBytes = {
  image: Number(form.dataset.maxBytes),
  video: Number(form.dataset.maxVideoBytes),
};
const videoNames = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;
const previews = new Map();
let files = [];

// --- choosing ------------------------------------------------------------------------------

function add(newcomers) {
  const reasons = [];
  const tooMany = [];
  for (const file of newcomers) {
    const reason = whyNot(file);
    if (reason) reasons.push(`${file.name}: ${reason}`);
    else if (files.length >= maxFiles) tooMany.push(file.name);
    else files.push(file);
  }
  if (tooMany.length) {
    const which = tooMany.length > 1 ? `${tooMany.length} files were` : `${tooMany[0]} was`;
    reasons.push(`${which} left out: one job takes at most ${maxFiles} files.`);
  }
  rejected.replaceChildren(...reasons.map((reason) => element("li", reason)));
  rejected.hidden = !reasons.length;
  show();
}

function whyNot(file) {
  if (files.some((other) => sameFile(other, file))) return "is in the list already.";
  if (!file.size) return "is empty.";
  const most = maxBytes[kindOf(file)];
  if (file.size > most) {
    return `is ${sizeText(file.size)}; the limit is ${sizeText(most)} for ${kindOf(file)}s.`;
  }
  return "";
}

/** A guess by type and name; the server looks at the content. */
const kindOf = (file) =>
  file.type.startsWith("video/") || videoNames.test(file.name) ? "video" : "image";

const sameFile = (a, b) =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

function remove(file) {
  const position = files.indexOf(file);
  files.splice(position, 1);
  URL.revokeObjectURL(previews.get(file));
  previews.delete(file);
  show();
  announce(`${file.name} removed`);
  const next = picked.children[Math.min(position, files.length - 1)];
  (next?.querySelector("button") ?? input).focus();
}

function show() {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  picked.replaceChildren(...files.map(row));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const fits = offerFitting();
  run.disabled = !files.length || !fits;
  run.textContent = files.length > 1 ? `Run on ${files.length} files` : "Run";
  summary.textContent = files.length
    ? `${files.length} file${files.length > 1 ? "s" : ""}, ${sizeText(total)}`
    : "Choose at least one file.";
  if (!fits) summary.textContent = "No tool takes images and videos together. Run them apart.";
}

function row(file) {
  const copy = document.getElementById("picked-row").content.cloneNode(true);
  if (!previews.has(file)) previews.set(file, URL.createObjectURL(file));
  const image = kindOf(file) === "video" ? stillOf(copy) : copy.querySelector("img");
  image.addEventListener("error", () => image.removeAttribute("src"), { once: true });
  image.src = previews.get(file);
  copy.querySelector(".picked-name").textContent = file.name;
  copy.querySelector(".picked-name").title = file.name;
  copy.querySelector(".picked-size").textContent = sizeText(file.size);
  const button = copy.querySelector("button");
  button.setAttribute("aria-label", `Remove ${file.name}`);
  button.addEventListener("click", () => remove(file));
  return copy;
}

/** Puts a silent video, which shows its first picture, in the place of the image. */
function stillOf(copy) {
  const still = document.createElement("video");
  Object.assign(still, { muted: true, preload: "metadata", width: 56, height: 56, tabIndex: -1 });
  still.setAttribute("aria-hidden", "true");
  copy.querySelector("img").replaceWith(still);
  return still;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

input.addEventListener("change", () => add([...input.files]));

// Anywhere on the page will do: a file dropped beside the frame would else replace the page.
const drop = document.getElementById("drop");
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  drop.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  drop.classList.remove("is-over");
  add([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) add([...event.clipboardData.files]);
});

// --- tools: only the settings of the chosen one take part ------------------------------------

function chooseTool() {
  for (const tool of form.querySelectorAll(".tool")) {
    const settings = tool.querySelector(".params");
    if (settings) settings.disabled = !tool.querySelector("input[name=tool]").checked;
  }
}

/** Offers only the tools that take every chosen file; says whether there is one. */
function offerFitting() {
  const kinds = [...new Set(files.map(kindOf))];
  const fitting = [];
  for (const tool of form.querySelectorAll(".tool")) {
    const takes = tool.dataset.kinds.split(" ");
    const choice = tool.querySelector("input[name=tool]");
    tool.hidden = choice.disabled = !kinds.every((kind) => takes.includes(kind));
    if (!tool.hidden) fitting.push(choice);
  }
  if (fitting.length && !fitting.some((choice) => choice.checked)) fitting[0].checked = true;
  chooseTool();
  return fitting.length > 0;
}
form.addEventListener("change", (event) => {
  if (event.target.name === "tool") chooseTool();
});

// --- sending ---------------------------------------------------------------------------------

let sentWhole = false;

form.addEventListener("htmx:beforeRequest", () => {
  sentWhole = false;
  bar.value = 0;
  barLabel.textContent = "Uploading";
  busy(true);
});
form.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total } = event.detail;
  if (sentWhole || !total) return; // afterwards come the bytes of the answer
  bar.value = loaded / total;
  barLabel.textContent = `Uploaded ${sizeText(loaded)} of ${sizeText(total)}`;
});
form.addEventListener("htmx:xhr:loadend", () => {
  if (sentWhole) return;
  sentWhole = true;
  bar.removeAttribute("value");
  barLabel.textContent = `Checking ${files.length} file${files.length > 1 ? "s" : ""}`;
});
document.getElementById("cancel-upload").addEventListener("click", () => {
  htmx.trigger(form, "htmx:abort");
  announce("Upload canceled");
});
form.addEventListener("htmx:xhr:abort", () => busy(false));
form.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.xhr?.getResponseHeader("HX-Redirect")) busy(false);
});
form.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  fault(
    status === 413
      ? "The upload is more than this server takes at once. Send fewer or smaller files."
      : `The server answered with an error (${status}). Your files are still here: try again.`,
  );
});
form.addEventListener("htmx:sendError", () => {
  fault("The server could not be reached. Your files are still here: try again.");
});
document.addEventListener("htmx:afterSettle", () => {
  offerFitting();
  document.querySelector("#faults .message")?.focus();
});

function busy(is) {
  sending.hidden = !is;
  run.hidden = is;
  summary.hidden = is;
}

function fault(sentence) {
  const box = element("div", sentence);
  box.className = "message is-error";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  document.getElementById("faults").replaceChildren(box);
  box.focus();
}

form.noValidate = false;
chooseTool();
add([...input.files]); // a reload may bring back what was chosen
