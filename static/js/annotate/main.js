// The annotation page: puts its parts together.
import { announce } from "../app.js";
import { Drawing } from "./drawing.js";
import { listenToKeys } from "./keys.js";
import { asSent, Marks } from "./marks.js";
import { Pointer } from "./pointer.js";
import { Saver } from "./saving.js";
import { sidePanel } from "./side.js";
import { Viewport } from "./viewport.js";

const byId = (id) => document.getElementById(id);
const page = byId("annotator").dataset;
const size = [Number(page.width), Number(page.height)];
const roles = Object.fromEntries(
  [...document.querySelectorAll("input[name=role]")].map((radio) => [
    radio.value,
    radio.closest("label").textContent.replace(/\d\s*$/, "").trim(),
  ]),
);

// --- saving ----------------------------------------------------------------------------------

const states = new Map();

function tell(what) {
  return (state, detail = "") => {
    states.set(what, { state, detail });
    const all = [...states.values()];
    const worst =
      all.find((one) => one.state === "failed") ?? all.find((one) => one.state === "saving");
    const shown = byId("saving");
    shown.dataset.state = worst?.state ?? "saved";
    shown.textContent =
      worst?.state === "failed"
        ? `Not saved: ${worst.detail} Your marks are kept in this browser.`
        : worst ? "Saving …" : "Saved";
  };
}

const saver = new Saver({
  url: page.url,
  method: "PUT",
  csrf: page.csrf,
  body: () => asSent(marks.list),
  tell: tell("marks"),
});
const kept = saver.draft();
const marks = new Marks(Array.isArray(kept) ? kept : JSON.parse(byId("annotations").textContent));
marks.addEventListener("change", () => saver.changed());
if (kept) {
  saver.changed();
  announce("Marks that had not been saved are back.");
}

const prompt = byId("text-prompt");
const promptSaver = new Saver({
  url: page.mediaUrl,
  method: "PATCH",
  csrf: page.csrf,
  body: () => ({ text_prompt: prompt.value }),
  tell: tell("prompt"),
});
const keptPrompt = promptSaver.draft();
if (typeof keptPrompt?.text_prompt === "string") {
  prompt.value = keptPrompt.text_prompt;
  promptSaver.changed();
}
prompt.addEventListener("input", () => promptSaver.changed());

// --- the picture -----------------------------------------------------------------------------

const settings = { tool: "box", role: Object.keys(roles)[0], label: "" };
const stage = byId("stage");
const viewport = new Viewport(stage, byId("sheet"), size);
const drawing = new Drawing(byId("shapes"), marks, viewport, roles);
const pointer = new Pointer({ stage, marks, viewport, drawing, settings });
const { setRole } = sidePanel({ marks, drawing, settings, roles });
listenToKeys({ marks, viewport, drawing, pointer, settings, setRole });

for (const button of document.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => {
    settings.tool = button.dataset.tool;
    stage.dataset.tool = settings.tool;
    for (const other of document.querySelectorAll("[data-tool].button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
}
byId("zoom-in").addEventListener("click", () => viewport.zoom(1.4));
byId("zoom-out").addEventListener("click", () => viewport.zoom(1 / 1.4));
byId("zoom-fit").addEventListener("click", () => viewport.fit());
byId("undo").addEventListener("click", () => marks.undo());
byId("redo").addEventListener("click", () => marks.redo());

const showLevel = () => (byId("zoom-level").textContent = `${Math.round(viewport.scale * 100)} %`);
viewport.addEventListener("change", showLevel);
showLevel();

function showSteps() {
  byId("undo").disabled = !marks.done.length;
  byId("redo").disabled = !marks.undone.length;
}
marks.addEventListener("show", showSteps);
byId("annotator").dataset.ready = "true";
