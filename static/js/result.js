// The picture and its rows: one highlights the other, shapes copy their text, the picture zooms.
import { copy } from "./app.js";

const STEP = 1.4;
const MOST = 8;

const rowOf = (element) => element.closest?.("[data-row]")?.dataset.row;

function highlight(number) {
  for (const element of document.querySelectorAll("[data-row]")) {
    element.classList.toggle("is-active", element.dataset.row === number);
  }
}

function textOf(number) {
  return document.querySelector(`tr[data-row="${number}"] [data-text]`)?.textContent ?? "";
}

/** Scroll the list, and only the list, until the row can be seen. */
function showRow(number) {
  const row = document.querySelector(`tr[data-row="${number}"]`);
  const list = row?.closest("[data-rows]");
  if (!list) return;
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top + 40) list.scrollTop -= outer.top + 40 - inner.top;
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const number = rowOf(event.target);
    highlight(number);
    if (number && event.target.closest("svg")) showRow(number);
  });
}

document.addEventListener("click", (event) => {
  const number = rowOf(event.target);
  if (number && event.target.closest("svg")) {
    copy(textOf(number), document.querySelector(`tr[data-row="${number}"] [data-copy-row]`));
  }
  const button = event.target.closest("[data-copy-row]");
  if (button) copy(textOf(number), button);
  const zoomed = event.target.closest("[data-zoom]");
  if (zoomed) zoom(zoomed.closest("[data-viewer]"), zoomed.dataset.zoom);
});

document.addEventListener("click", (event) => {
  const moment = event.target.closest("[data-seek]");
  const video = moment && document.querySelector("[data-video]");
  if (!video) return;
  video.currentTime = Number(moment.dataset.seek);
  video.scrollIntoView({ block: "nearest" });
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-show-shapes]")) return;
  const shapes = event.target.closest("[data-viewer]").querySelector("[data-shapes]");
  shapes.classList.toggle("is-off", !event.target.checked);
});

/** Fit the picture to its pane, or make it larger or smaller around the middle of what is seen. */
function zoom(viewer, direction) {
  const pane = viewer.querySelector("[data-pane]");
  const canvas = viewer.querySelector("[data-canvas]");
  const before = canvas.clientWidth;
  const middle = {
    x: (pane.scrollLeft + pane.clientWidth / 2) / before,
    y: (pane.scrollTop + pane.clientHeight / 2) / canvas.clientHeight,
  };
  canvas.classList.remove("is-zoomed");
  canvas.style.width = "";
  const fitted = canvas.clientWidth;
  const wanted = before * (direction === "in" ? STEP : 1 / STEP);
  if (direction === "fit" || wanted <= fitted * 1.01) return;
  canvas.classList.add("is-zoomed");
  canvas.style.width = `${Math.min(wanted, fitted * MOST)}px`;
  pane.scrollLeft = middle.x * canvas.clientWidth - pane.clientWidth / 2;
  pane.scrollTop = middle.y * canvas.clientHeight - pane.clientHeight / 2;
}
