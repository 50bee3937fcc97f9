/**
 * Cuts a text for painting: spans, evidence, the person's selection. Pure. Parts come in order; a span holds the pieces inside it.
 * @typedef {{start: number, end: number, text: string, weight: number, selected: boolean, proof: boolean}} Piece
 * @typedef {{span: object|null, pieces: Piece[]}} Part
 */

/**
 * @param {string} text
 * @param {Array<{start: number, end: number}>} spans of this field; where two lie over each other the first stays
 * @param {Array<{start: number, end: number, weight: number}>} words evidence in this field
 * @param {{start: number, end: number}|null} selection
 * @param {number|null} caret a place that must be a border, for drawing it there
 * @param {Array<{start: number, end: number}>} [proofs] what an answer rests on, in this field
 * @param {number[]} [borders] other places that must be borders: where lines of a photo begin
 * @returns {Part[]}
 */
export function segments(text, spans, words, selection, caret, proofs = [], borders = []) {
  const characters = [...text];
  const owner = new Array(characters.length).fill(null);
  for (const span of spans) {
    if (owner.slice(span.start, span.end).some((one) => one !== null)) continue;
    owner.fill(span, span.start, span.end);
  }
  const weight = new Array(characters.length).fill(0);
  for (const word of words) {
    for (let at = word.start; at < Math.min(word.end, characters.length); at += 1) if (Math.abs(word.weight) > Math.abs(weight[at])) weight[at] = word.weight;
  }
  const proven = new Array(characters.length).fill(false);
  for (const proof of proofs) proven.fill(true, proof.start, proof.end);
  const cuts = new Set([caret, ...borders]);
  const inside = (at) => selection !== null && at >= selection.start && at < selection.end;
  const parts = [];
  characters.forEach((character, at) => {
    const part = parts.at(-1);
    const piece = part?.pieces.at(-1);
    const fresh = { start: at, end: at + 1, text: character, weight: weight[at], selected: inside(at), proof: proven[at] };
    if (!part || part.span !== owner[at]) parts.push({ span: owner[at], pieces: [fresh] });
    else if (piece.weight !== fresh.weight || piece.selected !== fresh.selected || piece.proof !== fresh.proof || cuts.has(at)) part.pieces.push(fresh);
    else {
      piece.text += character;
      piece.end = at + 1;
    }
  });
  return parts;
}
