// Boxes and points in pixels of the upright picture. Pure functions; sizes are [width, height].

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The box between two corners, whole pixels inside of the picture. */
export function boxBetween([ax, ay], [bx, by], [width, height]) {
  const left = clamp(Math.round(Math.min(ax, bx)), 0, width);
  const top = clamp(Math.round(Math.min(ay, by)), 0, height);
  const right = clamp(Math.round(Math.max(ax, bx)), 0, width);
  const bottom = clamp(Math.round(Math.max(ay, by)), 0, height);
  return [left, top, right - left, bottom - top];
}

/** The mark's place after a move; it stays inside of the picture. */
export function movedBy(mark, dx, dy, [width, height]) {
  if (mark.point) {
    const [x, y] = mark.point;
    return { point: [clamp(x + dx, 0, width), clamp(y + dy, 0, height)] };
  }
  const [x, y, w, h] = mark.bbox;
  return { bbox: [clamp(x + dx, 0, width - w), clamp(y + dy, 0, height - h), w, h] };
}

/** The box after one of its handles (n, ne, e, ...) was dragged to a place. */
export function resizedTo([x, y, w, h], handle, [px, py], size) {
  const fixed = { x: handle.includes("w") ? x + w : x, y: handle.includes("n") ? y + h : y };
  const other = { x: handle.includes("w") ? x : x + w, y: handle.includes("n") ? y : y + h };
  const free = {
    x: /[we]/.test(handle) ? px : other.x,
    y: /[ns]/.test(handle) ? py : other.y,
  };
  const box = boxBetween([fixed.x, fixed.y], [free.x, free.y], size);
  return box[2] && box[3] ? box : null;
}

/** The box with its right and lower edge moved, at least one pixel large. */
export function grownBy([x, y, w, h], dw, dh, [width, height]) {
  return [x, y, clamp(w + dw, 1, width - x), clamp(h + dh, 1, height - y)];
}

const inside = ([x, y, w, h], [px, py], slack = 0) =>
  px >= x - slack && px <= x + w + slack && py >= y - slack && py <= y + h + slack;

/** Whether a place lies on the edge of a box, within ``slack`` pixels. */
export function onEdge(bbox, place, slack) {
  const [x, y, w, h] = bbox;
  const inner = [x + slack, y + slack, w - 2 * slack, h - 2 * slack];
  return inside(bbox, place, slack) && !(inner[2] > 0 && inner[3] > 0 && inside(inner, place));
}

/** The mark under a place: a point first, else the smallest box around it. */
export function markAt(marks, place, slack) {
  const near = marks.filter(
    ({ point }) => point && Math.hypot(point[0] - place[0], point[1] - place[1]) <= slack * 1.5,
  );
  if (near.length) return near.at(-1);
  const around = marks.filter(({ bbox }) => bbox && inside(bbox, place, slack));
  return around.sort((a, b) => a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3])[0];
}
