/** The 7x7 regions as a heat map: one canvas pixel a region, spread smoothly by the browser; red speaks for, blue against. */
import OpenSeadragon from "../../vendor/zoom.js";

/** @param {{rows: number, columns: number, weights: number[]}} region */
export function heat({ rows, columns, weights }) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  canvas.className = "heat";
  canvas.dataset.testid = "heat";
  const pen = canvas.getContext("2d");
  const top = Math.max(...weights.map(Math.abs), 1e-9);
  weights.forEach((weight, index) => {
    const share = Math.abs(weight) / top;
    pen.fillStyle = weight > 0 ? `rgba(224, 36, 24, ${0.68 * share})` : `rgba(30, 90, 200, ${0.4 * share})`;
    pen.fillRect(index % columns, Math.floor(index / columns), 1, 1);
  });
  return canvas;
}

/** The part of a photo the regions cover, in the viewer's own measure. @param {number[]} box left, top, right, bottom as shares */
export function place(item, [left, top, right, bottom]) {
  const { x: width, y: height } = item.getContentSize();
  const rectangle = new OpenSeadragon.Rect(left * width, top * height, (right - left) * width, (bottom - top) * height);
  return item.imageToViewportRectangle(rectangle);
}
