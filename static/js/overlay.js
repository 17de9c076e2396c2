// Results drawn over their picture, fetched when they come into sight: masks, boxes, outlines.
import { colourNumbers, drawMasks } from "./masks.js";

const SVG = "http://www.w3.org/2000/svg";
const LISTS = { masks: "mask", detections: "object", lines: "line", codes: "code" };
const MOST_SHAPES = 500;

/** What a result found: its entries that have a place, and the word for one. */
function entriesOf(result) {
  for (const [name, word] of Object.entries(LISTS)) {
    if (Array.isArray(result?.[name])) return { entries: result[name], word };
  }
  return { entries: [], word: "" };
}

const isNumbers = (list, count) =>
  Array.isArray(list) && list.length === count && list.every(Number.isFinite);

function cornersOf({ polygon, bbox }) {
  if (Array.isArray(polygon) && polygon.length > 2 && polygon.every((p) => isNumbers(p, 2))) {
    return polygon;
  }
  if (!isNumbers(bbox, 4)) return null;
  const [x, y, w, h] = bbox;
  return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
}

function shapes(entries, width, height) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "shapes");
  const numbers = colourNumbers(entries);
  entries.slice(0, MOST_SHAPES).forEach((entry, index) => {
    const corners = cornersOf(entry);
    if (!corners) return;
    const shape = document.createElementNS(SVG, "polygon");
    shape.setAttribute("class", `shape colour-${numbers[index]}`);
    shape.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
    svg.append(shape);
  });
  return svg;
}

function summary(entries, word, result) {
  if (word === "line" && typeof result.text === "string") {
    return result.text.length > 120 ? `${result.text.slice(0, 120)} …` : result.text || "No text.";
  }
  const counts = new Map();
  for (const { label } of entries) if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
  const named = [...counts].map(([label, n]) => `${label} ${n}`).join(", ");
  const total = `${entries.length} ${word}${entries.length === 1 ? "" : "s"}`;
  return named ? `${total}: ${named}` : total;
}

async function load(frame) {
  const said = frame.closest("li")?.querySelector("[data-found]");
  const answer = await fetch(frame.dataset.overlay, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    if (said) said.textContent = "The result's file is gone.";
    return;
  }
  const result = await answer.json();
  const { entries, word } = entriesOf(result);
  const placed = entries.filter((entry) => entry && typeof entry === "object");
  const [width, height] = [Number(frame.dataset.width), Number(frame.dataset.height)];
  if (placed.some((entry) => entry.rle)) {
    const canvas = document.createElement("canvas");
    canvas.className = "mask-layer";
    drawMasks(canvas, placed, width, height);
    frame.append(canvas);
  }
  frame.dataset.drawn = "true";
  if ("layersOnly" in frame.dataset) return;
  frame.append(shapes(placed, width, height));
  if (said && word) said.textContent = summary(placed, word, result);
}

const inSight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    inSight.unobserve(target);
    load(target).catch(() => {});
  }
}, { rootMargin: "300px" });

/** Watch the pictures in a part of the page. */
function watch(root) {
  for (const frame of root.querySelectorAll("[data-overlay]:not([data-watched])")) {
    frame.dataset.watched = "true";
    inSight.observe(frame);
  }
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target.parentElement ?? document));
