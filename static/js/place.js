// Previous and next by keys, on pages that belong to a list.

/** Follow the link to a neighbour; false where there is none. */
export function go(which) {
  const link = document.querySelector(`a[data-key="${which}"]`);
  link?.click();
  return Boolean(link);
}

const KEYS = { ArrowLeft: "previous", PageUp: "previous", ArrowRight: "next", PageDown: "next" };

if (!document.getElementById("annotator")) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.matches("input, textarea, select") || !(event.key in KEYS)) return;
    if (go(KEYS[event.key])) event.preventDefault();
  });
}
