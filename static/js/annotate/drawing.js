// The marks as SVG over the picture. Elements are kept while a mark lives, so focus stays.

const SVG = "http://www.w3.org/2000/svg";
const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const HANDLE_PX = 10;
const TOUCH_PX = 26;
const POINT_PX = 7;

function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** What a mark is, in words. */
export function described(mark, number, roles) {
  const numbers = (mark.bbox ?? mark.point).map((value) => Math.round(value * 10) / 10);
  const place = mark.bbox
    ? `${numbers[0]}, ${numbers[1]}, ${numbers[2]} × ${numbers[3]}`
    : `${numbers[0]}, ${numbers[1]}`;
  const kind = mark.bbox ? "Box" : "Point";
  return { title: `${kind} ${number}`, role: roles[mark.role] ?? mark.role, place };
}

export class Drawing {
  constructor(svg, marks, viewport, roles) {
    Object.assign(this, { svg, marks, viewport, roles });
    this.shapes = new Map();
    this.handles = element("g", { class: "handles" });
    this.rubber = element("rect", { class: "rubber" });
    this.rubber.style.display = "none";
    svg.append(this.rubber, this.handles);
    marks.addEventListener("show", () => this.draw());
    viewport.addEventListener("change", () => this.draw());
    this.draw();
  }

  draw() {
    const kept = new Set(this.marks.list.map((mark) => mark.key));
    for (const [key, shape] of this.shapes) {
      if (!kept.has(key)) {
        shape.remove();
        this.shapes.delete(key);
      }
    }
    this.marks.list.forEach((mark, index) => this.#drawOne(mark, index + 1));
    this.#drawHandles();
  }

  /** Show the box that is being drawn, or none. */
  showRubber(bbox) {
    this.rubber.style.display = bbox ? "" : "none";
    if (bbox) place(this.rubber, bbox);
  }

  focus(key) {
    this.shapes.get(key)?.focus({ preventScroll: true });
  }

  #drawOne(mark, number) {
    let shape = this.shapes.get(mark.key);
    const name = mark.bbox ? "rect" : "circle";
    if (!shape) {
      shape = element("g", { tabindex: "0", role: "button", "data-key": mark.key });
      shape.append(element(name, { class: "halo" }), element(name, { class: "line" }));
      this.svg.insertBefore(shape, this.rubber);
      this.shapes.set(mark.key, shape);
    }
    const selected = mark.key === this.marks.selectedKey;
    shape.setAttribute("class", `mark role-${mark.role}${selected ? " is-selected" : ""}`);
    shape.setAttribute("aria-pressed", String(selected));
    const { title, role, place: where } = described(mark, number, this.roles);
    shape.setAttribute("aria-label", [title, role, mark.label, where].filter(Boolean).join(", "));
    for (const line of shape.children) {
      if (mark.bbox) place(line, mark.bbox);
      else centre(line, mark.point, POINT_PX / this.viewport.scale);
    }
  }

  #drawHandles() {
    const mark = this.marks.selected;
    if (!mark?.bbox) {
      this.handles.replaceChildren();
      return;
    }
    if (!this.handles.children.length) {
      for (const handle of HANDLES) {
        this.handles.append(
          element("rect", { class: `grip is-${handle}`, "data-handle": handle }),
          element("rect", { class: "handle" }),
        );
      }
    }
    const [x, y, w, h] = mark.bbox;
    HANDLES.forEach((handle, index) => {
      const cx = handle.includes("w") ? x : handle.includes("e") ? x + w : x + w / 2;
      const cy = handle.includes("n") ? y : handle.includes("s") ? y + h : y + h / 2;
      const [grip, shown] = [this.handles.children[index * 2], this.handles.children[index * 2 + 1]];
      square(grip, cx, cy, TOUCH_PX / this.viewport.scale);
      square(shown, cx, cy, HANDLE_PX / this.viewport.scale);
    });
  }
}

function place(rect, [x, y, width, height]) {
  rect.setAttribute("x", x);
  rect.setAttribute("y", y);
  rect.setAttribute("width", width);
  rect.setAttribute("height", height);
}

const square = (rect, x, y, side) => place(rect, [x - side / 2, y - side / 2, side, side]);

function centre(circle, [x, y], radius) {
  circle.setAttribute("cx", x);
  circle.setAttribute("cy", y);
  circle.setAttribute("r", radius);
}
