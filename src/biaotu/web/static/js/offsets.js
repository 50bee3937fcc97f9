/**
 * Code points <-> UTF-16. The API counts Unicode code points; JavaScript strings and the DOM count UTF-16 units, two for a
 * rare character such as 𠮷. Every crossing goes through here. Pure: no DOM, no imports.
 */

/** How many code points the text has. @param {string} text */
export function lengthOf(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The UTF-16 offset of a code point offset; beyond the end gives the end. @param {string} text @param {number} points */
export function toUnits(text, points) {
  let units = 0;
  let left = points;
  for (const character of text) {
    if (left <= 0) break;
    units += character.length;
    left -= 1;
  }
  return units;
}

/** The code point offset of a UTF-16 offset; one inside a surrogate pair counts as before it. @param {string} text @param {number} units */
export function toPoints(text, units) {
  let points = 0;
  let seen = 0;
  for (const character of text) {
    if (seen + character.length > units) break;
    seen += character.length;
    points += 1;
  }
  return points;
}

/** The part of a text between two code point offsets. @param {string} text @param {number} start @param {number} end */
export function slicePoints(text, start, end) {
  return text.slice(toUnits(text, start), toUnits(text, end));
}

/** The span without white space at its ends, or null if nothing is left. @param {string} text @param {number} start @param {number} end */
export function trimmed(text, start, end) {
  const characters = [...text];
  let from = Math.max(0, start);
  let to = Math.min(characters.length, end);
  while (from < to && /\s/u.test(characters[from])) from += 1;
  while (from < to && /\s/u.test(characters[to - 1])) to -= 1;
  return from < to ? { start: from, end: to } : null;
}

/**
 * Cuts a text at marked spans, for showing highlights: parts in order, each marked or not. Overlapping and touching marks join.
 * @param {string} text @param {Array<[number, number]>} marks code point spans
 * @returns {Array<{text: string, marked: boolean}>}
 */
export function parts(text, marks) {
  const out = [];
  let at = 0;
  const put = (start, end, marked) => {
    if (end > start) out.push({ text: slicePoints(text, start, end), marked });
  };
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, at);
    put(at, from, false);
    put(from, end, true);
    at = Math.max(at, end);
  }
  put(at, lengthOf(text), false);
  return out;
}
