/** Lines of words on the photos: which are lit, in the text and on the photo at once, and their boxes over the photo. */
import OpenSeadragon from "../../vendor/zoom.js";
import { html, render, useEffect, useRef } from "../../vendor/ui.js";
import { percent } from "../i18n.js";
import { slicePoints } from "../offsets.js";
import { parseKey } from "../review.js";

/** The lines to light: the one under the pointer, else those of the value that is pointed at or has the focus. @returns {Set<number>} */
export function litLines(bench) {
  const { view, line, hover, focus, proof } = bench.state;
  const lines = view?.ocr?.lines ?? [];
  if (line !== null) return new Set([line]);
  const key = hover ?? focus;
  const part = key ? parseKey(key) : null;
  const spans = [...(part?.kind === "span" && part.field === "ocr" ? [part] : []), ...(proof ?? []).filter((one) => one.field === "ocr")];
  return new Set(lines.flatMap(({ start, end }, index) => (spans.some((span) => span.start < end && start < span.end) ? [index] : [])));
}

/** One polygon a line, in pixels of the photo; only the polygons take the pointer. */
function Boxes({ lines, text, width, height, lit, onPoint, onPick }) {
  return html`<svg class="lines" viewBox=${`0 0 ${width} ${height}`} width="100%" height="100%" preserveAspectRatio="none" data-testid="line-boxes">${lines.map(({ line, index }) => html`<polygon key=${index} class=${lit.has(index) ? "lit" : ""} points=${line.box.map((corner) => corner.join(",")).join(" ")} onMouseEnter=${() => onPoint(index)} onMouseLeave=${() => onPoint(null)} onClick=${() => onPick(index)} data-testid="line-box" data-line=${index}><title>${slicePoints(text, line.start, line.end)} (${percent(line.confidence)})</title></polygon>`)}</svg>`;
}

/** Draws the boxes of this photo's lines over it and keeps the lit ones lit. */
export function useLines(viewer, ready, bench, image) {
  const layer = useRef(null);
  const { view, photo, boxesOn } = bench.state;
  const ocr = view.ocr ?? null;
  const lines = (ocr?.lines ?? []).map((line, index) => ({ line, index })).filter(({ line }) => line.photo === photo);
  const wanted = Boolean(viewer && ready && image && boxesOn && lines.length);
  useEffect(() => {
    if (!wanted) return undefined;
    const element = document.createElement("div");
    const { x: width, y: height } = ready.getContentSize();
    element.className = "lines-layer";
    viewer.addOverlay({ element, location: ready.imageToViewportRectangle(new OpenSeadragon.Rect(0, 0, width, height)) });
    layer.current = element;
    return () => {
      layer.current = null;
      render(null, element);
      viewer.removeOverlay(element);
    };
  }, [viewer, ready, wanted, image?.digest]);
  useEffect(() => {
    if (!layer.current) return;
    const { x: width, y: height } = ready.getContentSize();
    const pick = (index) => {
      const { start, end } = ocr.lines[index];
      const row = bench.attributes().find((one) => one.field === "ocr" && one.start < end && start < one.end);
      if (row) bench.focus(row.item);
    };
    const point = (index) => bench.state.line !== index && bench.set({ line: index });
    // A copy may be shown in place of the photo: the boxes are in pixels of the photo itself.
    render(html`<${Boxes} lines=${lines} text=${ocr.text} width=${image.width ?? width} height=${image.height ?? height} lit=${litLines(bench)} onPoint=${point} onPick=${pick} />`, layer.current);
  });
}

/** Boxes on or off, remembered. */
export function toggleBoxes(bench) {
  const boxesOn = !bench.state.boxesOn;
  localStorage.setItem("biaotu_boxes", boxesOn ? "on" : "off");
  bench.set({ boxesOn });
}
