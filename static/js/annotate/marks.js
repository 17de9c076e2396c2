// The marks of one image, which one is selected, and what was done before.

const MOST_STEPS = 200;
const copyOf = (list) => list.map((mark) => structuredClone(mark));

let lastKey = 0;
const keyed = (mark) => ({ ...mark, key: `m${++lastKey}` });

/** What the API takes: without our own key. */
export const asSent = (list) => list.map(({ key, ...mark }) => mark);

/** Fires "change" when marks differ, and "show" when only the selection or a preview does. */
export class Marks extends EventTarget {
  constructor(initial) {
    super();
    this.list = initial.map(keyed);
    this.selectedKey = null;
    this.undone = [];
    this.done = [];
    this.before = null;
  }

  get selected() {
    return this.list.find((mark) => mark.key === this.selectedKey) ?? null;
  }

  select(key) {
    if (key === this.selectedKey) return;
    this.selectedKey = key;
    this.dispatchEvent(new Event("show"));
  }

  add(mark) {
    this.begin();
    const made = keyed(mark);
    this.list.push(made);
    this.selectedKey = made.key;
    this.commit();
  }

  remove(key) {
    this.begin();
    const at = this.list.findIndex((mark) => mark.key === key);
    this.list.splice(at, 1);
    this.selectedKey = this.list[Math.min(at, this.list.length - 1)]?.key ?? null;
    this.commit();
  }

  /** Change the selected mark in one step. */
  change(values) {
    this.begin();
    this.preview(values);
    this.commit();
  }

  /** Remember how things are, before a drag. */
  begin() {
    this.before ??= copyOf(this.list);
  }

  /** Show a change of the selected mark without saving it yet. */
  preview(values) {
    if (this.selected) Object.assign(this.selected, values);
    this.dispatchEvent(new Event("show"));
  }

  /** Make what was previewed a step that can be undone; nothing happens where nothing changed. */
  commit() {
    const before = this.before;
    this.before = null;
    if (before && JSON.stringify(before) !== JSON.stringify(this.list)) {
      this.done.push(before);
      this.done.splice(0, this.done.length - MOST_STEPS);
      this.undone = [];
      this.dispatchEvent(new Event("change"));
    }
    this.dispatchEvent(new Event("show"));
  }

  /** Drop what was previewed. */
  cancel() {
    if (this.before) this.list = this.before;
    this.before = null;
    this.dispatchEvent(new Event("show"));
  }

  undo() {
    this.#swap(this.done, this.undone);
  }

  redo() {
    this.#swap(this.undone, this.done);
  }

  #swap(from, to) {
    if (this.before || !from.length) return;
    to.push(copyOf(this.list));
    this.list = from.pop();
    if (!this.selected) this.selectedKey = null;
    this.dispatchEvent(new Event("change"));
    this.dispatchEvent(new Event("show"));
  }
}
