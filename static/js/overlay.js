// Results drawn over their picture, fetched when they come into sight: masks, boxes, outlines, points.
import { colourNumbers, drawMasks } from "./masks.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_SHAPES = 500;

/** What a result found: its entries that have a place, and the word for one. The page says where
 *  kinds of results list them: "masks:mask lines:line". */
function entriesOf(result, lists) {
  for (const [name, word] of lists.split(" ").map((list) => list.split(":"))) {
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

/** The points of an entry by their names: { name, x, y }, or in short [x, y]. */
function pointsOf({ points }) {
  const found = new Map();
  (Array.isArray(points) ? points.slice(0, MOST_SHAPES) : []).forEach((point, index) => {
    const [x, y] = Array.isArray(point) ? point : [point?.x, point?.y];
    if (Number.isFinite(x) && Number.isFinite(y)) found.set(String(point.name ?? index + 1), [x, y]);
  });
  return found;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Points and the lines of the skeleton between them. */
function joints(entry, skeleton, colour, radius) {
  const points = pointsOf(entry);
  if (!points.size) return null;
  const group = element("g", { class: `joints colour-${colour}` });
  for (const [a, b] of skeleton) {
    const [start, end] = [points.get(a), points.get(b)];
    if (start && end) {
      group.append(element("line", { x1: start[0], y1: start[1], x2: end[0], y2: end[1] }));
    }
  }
  for (const [x, y] of points.values()) group.append(element("circle", { cx: x, cy: y, r: radius }));
  return group;
}

function shapes(entries, result, width, height) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "shapes");
  const numbers = colourNumbers(entries);
  const skeleton = Array.isArray(result.skeleton) ? result.skeleton.filter(Array.isArray) : [];
  entries.slice(0, MOST_SHAPES).forEach((entry, index) => {
    const corners = cornersOf(entry);
    if (corners) {
      const points = corners.map((corner) => corner.join(",")).join(" ");
      svg.append(element("polygon", { class: `shape colour-${numbers[index]}`, points }));
    }
    const group = joints(entry, skeleton, numbers[index], Math.max(width, height) / 90);
    if (group) svg.append(group);
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
  const { entries, word } = entriesOf(result, frame.dataset.lists);
  const found = entries.filter((entry) => entry && typeof entry === "object");
  const placed = found.filter((entry) => (entry.page ?? 1) === 1);
  const [width, height] = [Number(frame.dataset.width), Number(frame.dataset.height)];
  if (placed.some((entry) => entry.rle)) {
    const canvas = document.createElement("canvas");
    canvas.className = "mask-layer";
    drawMasks(canvas, placed, width, height);
    frame.append(canvas);
  }
  frame.dataset.drawn = "true";
  if ("layersOnly" in frame.dataset) return;
  frame.append(shapes(placed, result, width, height));
  if (said && word) said.textContent = summary(found, word, result);
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
