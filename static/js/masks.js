// Masks drawn onto a canvas that lies over their picture, filled lightly and outlined.
import { pixelsOf } from "./rle.js";

const COLOUR_COUNT = 8;
const LONGEST = 1600;
const MOST_MASKS = 300;
const MOST_PIXELS = 1e8;
const FILL = 110;
const EDGE = 255;

/** A number for each label, in the order in which labels appear. */
export function colourNumbers(entries) {
  const known = new Map();
  return entries.map(({ label }) => {
    if (!known.has(label)) known.set(label, known.size % COLOUR_COUNT);
    return known.get(label);
  });
}

/** The page's colours of things, as [red, green, blue]. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  return Array.from({ length: COLOUR_COUNT }, (_, number) => {
    const hex = style.getPropertyValue(`--thing-${number}`).trim();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  });
}

/** Draw what has run lengths; ``width`` and ``height`` are the picture's, in pixels. */
export function drawMasks(canvas, entries, width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  canvas.width = Math.max(Math.round(width * scale), 1);
  canvas.height = Math.max(Math.round(height * scale), 1);
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const [numbers, palette] = [colourNumbers(entries), colours()];
  entries.slice(0, MOST_MASKS).forEach(({ rle }, index) => {
    const [rows, columns] = rle?.size ?? [0, 0];
    if (!rows || !columns || rows * columns > MOST_PIXELS) return;
    try {
      paint(image, pixelsOf(rle), rows, columns, palette[numbers[index]]);
    } catch {
      // a damaged mask is left out; its box is drawn all the same
    }
  });
  context.putImageData(image, 0, 0);
}

function paint(image, pixels, rows, columns, [red, green, blue]) {
  const { width, height, data } = image;
  const columnOf = (x) => Math.min(Math.floor(((x + 0.5) * columns) / width), columns - 1) * rows;
  const rowOf = (y) => Math.min(Math.floor(((y + 0.5) * rows) / height), rows - 1);
  const covers = (x, y) =>
    x >= 0 && y >= 0 && x < width && y < height && pixels[columnOf(x) + rowOf(y)] === 1;
  for (let x = 0; x < width; x++) {
    const column = columnOf(x);
    for (let y = 0; y < height; y++) {
      if (!pixels[column + rowOf(y)]) continue;
      const inner =
        covers(x - 1, y) && covers(x + 1, y) && covers(x, y - 1) && covers(x, y + 1);
      const at = (y * width + x) * 4;
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = inner ? Math.max(FILL, data[at + 3] === EDGE ? FILL : data[at + 3]) : EDGE;
    }
  }
}
