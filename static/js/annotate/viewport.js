// Zoom and pan: how large the picture is shown, and where in its stage.
import { clamp } from "./geometry.js";

const MOST = 20;
const IN_SIGHT = 48; // so many pixels of the picture stay in the stage

export class Viewport extends EventTarget {
  constructor(stage, sheet, size) {
    super();
    Object.assign(this, { stage, sheet, size, scale: 1, x: 0, y: 0, fitted: true });
    new ResizeObserver(() => this.fitted && this.fit()).observe(stage);
    this.fit();
  }

  get fitScale() {
    const [width, height] = this.size;
    return Math.min(this.stage.clientWidth / width, this.stage.clientHeight / height, 6) || 1;
  }

  fit() {
    this.fitted = true;
    this.scale = this.fitScale;
    this.x = (this.stage.clientWidth - this.size[0] * this.scale) / 2;
    this.y = (this.stage.clientHeight - this.size[1] * this.scale) / 2;
    this.#apply();
  }

  /** Zoom by a factor around a place of the stage, in its own pixels; its middle if none. */
  zoom(factor, at = [this.stage.clientWidth / 2, this.stage.clientHeight / 2]) {
    const lowest = Math.min(this.fitScale / 2, 1);
    const scale = clamp(this.scale * factor, lowest, Math.max(MOST, this.fitScale * 4));
    const ratio = scale / this.scale;
    this.x = at[0] - (at[0] - this.x) * ratio;
    this.y = at[1] - (at[1] - this.y) * ratio;
    this.scale = scale;
    this.fitted = false;
    this.#apply();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
    this.#apply();
  }

  /** The place in the stage of a pointer event. */
  inStage(event) {
    const frame = this.stage.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  /** The place in the picture, in its pixels, of a pointer event. */
  inPicture(event) {
    const [x, y] = this.inStage(event);
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  /** The middle of what is seen, inside of the picture. */
  middle() {
    const x = (this.stage.clientWidth / 2 - this.x) / this.scale;
    const y = (this.stage.clientHeight / 2 - this.y) / this.scale;
    return [clamp(x, 0, this.size[0]), clamp(y, 0, this.size[1])];
  }

  #apply() {
    const [width, height] = [this.size[0] * this.scale, this.size[1] * this.scale];
    this.x = clamp(this.x, IN_SIGHT - width, this.stage.clientWidth - IN_SIGHT);
    this.y = clamp(this.y, IN_SIGHT - height, this.stage.clientHeight - IN_SIGHT);
    this.sheet.style.width = `${width}px`;
    this.sheet.style.height = `${height}px`;
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px)`;
    this.sheet.classList.toggle("is-close", this.scale >= 3);
    this.dispatchEvent(new Event("change"));
  }
}
