/** Marking one region of a photo with Annotorious; loaded only when somebody marks one, for it is large and needs WebGL. */

/**
 * @param {object} viewer an OpenSeadragon viewer
 * @param {(box: number[]) => void} onMarked x, y, width, height in pixels of what is shown
 */
export async function marker(viewer, onMarked) {
  const { createOSDAnnotator } = await import("../../vendor/regions.js");
  const annotator = createOSDAnnotator(viewer, { drawingEnabled: false, drawingMode: "drag", userSelectAction: "NONE", style: { stroke: "#b3261e", strokeWidth: 3, fill: "#b3261e", fillOpacity: 0.12 } });
  annotator.setDrawingTool("rectangle");
  annotator.on("createAnnotation", ({ target }) => {
    const { x, y, w, h } = target.selector.geometry;
    annotator.setDrawingEnabled(false);
    onMarked([x, y, w, h]);
  });
  return {
    /** Shows a region (or none) and turns drawing on or off. */
    show(box, drawing) {
      const shapes = box === null ? [] : [annotationOf(box)];
      annotator.setAnnotations(shapes, true);
      annotator.setDrawingEnabled(drawing);
    },
  };
}

function annotationOf([x, y, w, h]) {
  return {
    id: "region", bodies: [],
    target: { annotation: "region", selector: { type: "RECTANGLE", geometry: { x, y, w, h, bounds: { minX: x, minY: y, maxX: x + w, maxY: y + h } } } },
  };
}
