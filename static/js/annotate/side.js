// The panel beside the picture: what the next or the selected mark is, and the list of all.
import { described } from "./drawing.js";

export function sidePanel({ marks, drawing, settings, roles }) {
  const list = document.getElementById("marks");
  const none = document.getElementById("none");
  const label = document.getElementById("label");
  const remove = document.getElementById("delete");
  const radios = [...document.querySelectorAll("input[name=role]")];

  function setRole(index) {
    const radio = radios[index];
    if (!radio) return;
    radio.checked = true;
    settings.role = radio.value;
    if (marks.selected) marks.change({ role: radio.value });
  }

  radios.forEach((radio, index) => radio.addEventListener("change", () => setRole(index)));
  label.addEventListener("input", () => {
    settings.label = label.value;
    if (!marks.selected) return;
    marks.begin();
    marks.preview({ label: label.value });
  });
  label.addEventListener("change", () => marks.commit());
  label.addEventListener("keydown", (event) => {
    if (event.key === "Enter") label.blur();
  });
  remove.addEventListener("click", () => marks.selected && marks.remove(marks.selectedKey));
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-key]");
    if (!row) return;
    marks.select(row.dataset.key);
    drawing.focus(row.dataset.key);
  });
  drawing.svg.addEventListener("focusin", (event) => {
    const shape = event.target.closest("[data-key]");
    if (shape) marks.select(shape.dataset.key);
  });
  marks.addEventListener("show", show);
  show();
  return { setRole };

  function show() {
    none.hidden = marks.list.length > 0;
    remove.disabled = !marks.selected;
    const { selected } = marks;
    if (selected) {
      settings.role = selected.role;
      settings.label = selected.label ?? "";
      for (const radio of radios) radio.checked = radio.value === selected.role;
      if (label.value !== settings.label) label.value = settings.label;
    }
    marks.list.forEach((mark, index) => fill(list.children[index] ?? grow(), mark, index + 1));
    while (list.children.length > marks.list.length) list.lastElementChild.remove();
  }

  function grow() {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("strong"), document.createElement("span"));
    row.append(button);
    list.append(row);
    return row;
  }

  function fill(row, mark, number) {
    const button = row.firstElementChild;
    const { title, role, place } = described(mark, number, roles);
    button.dataset.key = mark.key;
    button.className = `role-${mark.role}${mark.key === marks.selectedKey ? " is-selected" : ""}`;
    button.firstElementChild.textContent = mark.label ? `${title}: ${mark.label}` : title;
    button.lastElementChild.textContent = `${role} · ${place}`;
  }
}
