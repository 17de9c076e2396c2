// Masks as run lengths, in COCO's two spellings: a list of runs, or letters (maskApi.c).

/** Runs of 0 and 1 by turns, down the columns. Throws on letters that are cut off. */
export function runsOf(counts) {
  if (Array.isArray(counts)) return counts;
  const runs = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0;
    let place = 1;
    let letter;
    do {
      if (at >= counts.length) throw new RangeError("The run lengths are cut off.");
      letter = counts.charCodeAt(at++) - 48;
      value += (letter & 31) * place;
      place *= 32;
    } while (letter & 32);
    if (letter & 16) value -= place;
    runs.push(runs.length > 2 ? value + runs.at(-2) : value);
  }
  return runs;
}

/** One byte a pixel, down the columns: 1 where the mask covers. */
export function pixelsOf({ size: [height, width], counts }) {
  const pixels = new Uint8Array(height * width);
  let at = 0;
  runsOf(counts).forEach((run, index) => {
    if (index % 2) pixels.fill(1, at, at + run);
    at += run;
  });
  return pixels;
}
