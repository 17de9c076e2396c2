// Mouse, pen and touch: draw, move, resize, pan; two fingers zoom.
import { boxBetween, markAt, movedBy, onEdge, resizedTo } from "./geometry.js";

const SLACK_PX = 7;
const CLICK_PX = 4;

export class Pointer {
  /** ``settings`` has ``tool``, ``role`` and ``label``: what the next mark will be. */
  constructor({ stage, marks, viewport, drawing, settings }) {
    Object.assign(this, { stage, marks, viewport, drawing, settings });
    this.fingers = new Map();
    this.action = null;
    this.spaceHeld = false;
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#lost(event));
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 20 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    this.viewport.zoom(Math.exp(-event.deltaY * lines * speed), this.viewport.inStage(event));
  }

  #down(event) {
    this.fingers.set(event.pointerId, this.viewport.inStage(event));
    this.stage.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (this.fingers.size === 2) {
      this.#drop();
      this.action = { kind: "pinch", ...this.#spread() };
    } else if (this.fingers.size === 1) {
      this.action = this.#begin(event, this.viewport.inPicture(event));
    }
  }

  #begin(event, at) {
    const { tool } = this.settings;
    const start = { at, screen: this.viewport.inStage(event), moved: false };
    if (event.button === 1 || this.spaceHeld) return { ...start, kind: "pan" };
    if (event.button !== 0) return null;
    const handle = event.target.dataset?.handle;
    if (handle && this.marks.selected?.bbox) {
      return { ...start, kind: "resize", handle, bbox: this.marks.selected.bbox };
    }
    const slack = SLACK_PX / this.viewport.scale;
    const hit = this.#hit(at, slack);
    const grabbed =
      hit &&
      (hit.point || tool === "move" || hit.key === this.marks.selectedKey ||
        onEdge(hit.bbox, at, slack));
    if (grabbed) {
      this.#select(hit.key);
      return { ...start, kind: "move", mark: structuredClone(hit) };
    }
    if (tool === "move") return { ...start, kind: "pan", hit };
    return { ...start, kind: tool, hit };
  }

  /** What lies there; the selected one first, so that it can be taken from below others. */
  #hit(at, slack) {
    const { selected } = this.marks;
    const own = selected && markAt([selected], at, slack);
    const other = markAt(this.marks.list, at, slack);
    return own && !other?.point ? own : other;
  }

  #select(key) {
    this.marks.select(key);
    if (key) this.drawing.focus(key);
    else document.activeElement?.closest?.("svg") && document.activeElement.blur();
  }

  #move(event) {
    if (!this.fingers.has(event.pointerId)) return;
    const before = this.fingers.get(event.pointerId);
    const screen = this.viewport.inStage(event);
    this.fingers.set(event.pointerId, screen);
    const { action } = this;
    if (!action) return;
    if (action.kind === "pinch") {
      this.#pinch(action);
      return;
    }
    action.moved ||= Math.hypot(screen[0] - action.screen[0], screen[1] - action.screen[1]) > CLICK_PX;
    if (!action.moved) return;
    this.#drag(action, this.viewport.inPicture(event), screen[0] - before[0], screen[1] - before[1]);
  }

  #drag(action, at, dx, dy) {
    const { size } = this.viewport;
    if (action.kind === "pan") this.viewport.pan(dx, dy);
    if (action.kind === "box") this.drawing.showRubber(boxBetween(action.at, at, size));
    if (action.kind === "move") {
      const by = [Math.round(at[0] - action.at[0]), Math.round(at[1] - action.at[1])];
      this.marks.begin();
      this.marks.preview(movedBy(action.mark, ...by, size));
    }
    if (action.kind === "resize") {
      const bbox = resizedTo(action.bbox, action.handle, at, size);
      this.marks.begin();
      if (bbox) this.marks.preview({ bbox });
    }
  }

  #pinch(action) {
    const { middle, distance } = this.#spread();
    this.viewport.pan(middle[0] - action.middle[0], middle[1] - action.middle[1]);
    this.viewport.zoom(distance / action.distance, middle);
    Object.assign(action, { middle, distance });
  }

  #spread() {
    const [[ax, ay], [bx, by]] = [...this.fingers.values()];
    return { middle: [(ax + bx) / 2, (ay + by) / 2], distance: Math.hypot(ax - bx, ay - by) || 1 };
  }

  #up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    const { action } = this;
    this.action = null;
    if (!action || action.kind === "pinch") return;
    const at = this.viewport.inPicture(event);
    if (action.kind === "move" || action.kind === "resize") this.marks.commit();
    else if (action.kind === "box" && action.moved) this.#finishBox(action, at);
    else if (action.kind === "point" && !action.moved) this.#finishPoint(at, action.hit);
    else if (!action.moved) this.#select(action.hit?.key ?? null);
  }

  #finishBox(action, at) {
    this.drawing.showRubber(null);
    const bbox = boxBetween(action.at, at, this.viewport.size);
    if (bbox[2] && bbox[3]) this.#add({ bbox });
  }

  #finishPoint(at) {
    const [width, height] = this.viewport.size;
    const point = [Math.round(at[0]), Math.round(at[1])];
    const isIn = point[0] >= 0 && point[1] >= 0 && point[0] <= width && point[1] <= height;
    if (isIn) this.#add({ point });
  }

  #add(where) {
    this.marks.add({ ...where, role: this.settings.role, label: this.settings.label });
    this.drawing.focus(this.marks.selectedKey);
  }

  #lost(event) {
    this.fingers.delete(event.pointerId);
    this.#drop();
  }

  /** Take back what the current drag did. */
  #drop() {
    this.drawing.showRubber(null);
    this.marks.cancel();
    this.action = null;
  }
}
