// The keyboard: everything that the pointer can do.
import { boxBetween, grownBy, movedBy } from "./geometry.js";
import { go } from "../place.js";

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";

export function listenToKeys({ marks, viewport, drawing, pointer, settings, setRole }) {
  document.addEventListener("keyup", (event) => {
    if (event.key === " ") pointer.spaceHeld = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (handled(event)) event.preventDefault();
  });

  function handled(event) {
    if (event.ctrlKey || event.metaKey) return step(event);
    if (event.key in ARROWS) return arrow(event, ...ARROWS[event.key]);
    if (event.key === " ") return space(event);
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.altKey) return false;
    return action() !== false;
  }

  function step(event) {
    const key = event.key.toLowerCase();
    if (key === "z") event.shiftKey ? marks.redo() : marks.undo();
    else if (key === "y") marks.redo();
    else return false;
    return true;
  }

  function space(event) {
    if (event.target.closest("button, summary, a, input")) return false;
    pointer.spaceHeld = true;
    return true;
  }

  function arrow(event, x, y) {
    if (event.target.matches("input")) return false;
    const mark = marks.selected;
    if (!mark) return y === 0 && !event.altKey && go(x < 0 ? "previous" : "next");
    const far = event.shiftKey ? 10 : 1;
    if (!event.altKey) marks.change(movedBy(mark, x * far, y * far, viewport.size));
    else if (mark.bbox) marks.change({ bbox: grownBy(mark.bbox, x * far, y * far, viewport.size) });
    return true;
  }

  function add(where) {
    marks.add({ ...where, role: settings.role, label: settings.label });
    drawing.focus(marks.selectedKey);
  }

  function newBox() {
    const [x, y] = viewport.middle();
    const [w, h] = viewport.size;
    const half = Math.max(Math.min(w, h, 400 / viewport.scale) / 8, 1);
    const bbox = boxBetween([x - half, y - half], [x + half, y + half], viewport.size);
    if (bbox[2] && bbox[3]) add({ bbox });
  }

  function remove() {
    if (!marks.selected) return false;
    marks.remove(marks.selectedKey);
    drawing.focus(marks.selectedKey);
    return true;
  }

  const actions = {
    Delete: remove,
    Backspace: remove,
    Escape: () => {
      marks.select(null);
      document.activeElement?.blur();
    },
    PageUp: () => go("previous"),
    PageDown: () => go("next"),
    b: newBox,
    p: () => add({ point: viewport.middle().map(Math.round) }),
    1: () => setRole(0),
    2: () => setRole(1),
    3: () => setRole(2),
    "+": () => viewport.zoom(1.25),
    "=": () => viewport.zoom(1.25),
    "-": () => viewport.zoom(0.8),
    0: () => viewport.fit(),
  };
}
