// What every page does: local times, copy buttons, the menu, and the state of live parts.

/** Show a sentence to people who listen to the page instead of looking at it. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** Copy a text and say so on the button that asked for it. */
export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text); // the clipboard needs a secure context; plain http has none
  }
  announce("Copied");
  if (!button || button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 1500);
}

function copyBySelection(text) {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  focused?.focus();
}

const asLocal = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function enhance(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent.trim();
    time.textContent = asLocal.format(new Date(time.dateTime));
  }
  for (const element of root.querySelectorAll("[data-needs-js]")) element.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(document.querySelector(button.dataset.copy).textContent, button);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A live part tells its new status once, and says when the server can't be reached.
let lastStatus = "";
const statusNow = () => document.querySelector("#live .job-state .status")?.textContent.trim() ?? "";

document.addEventListener("htmx:afterSettle", () => {
  if (statusNow() && statusNow() !== lastStatus) announce(`Status: ${statusNow()}`);
  lastStatus = statusNow();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!document.getElementById("live")) return;
  document.getElementById("offline").hidden = Boolean(event.detail.successful);
});
document.addEventListener("htmx:load", (event) => enhance(event.target));

enhance(document);
lastStatus = statusNow();
