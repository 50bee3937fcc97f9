/** One colour an attribute type, readable under black text and told apart in grey by the legend's names. */
const COLOURS = {
  time: "#f4a259", place: "#5b8e7d", organisation: "#c0504d", event: "#8e6bbf", person: "#3f7cac", colour: "#e07a9b", material: "#8a7a5c", shape: "#4aa5a0",
  "work-title": "#6a8d2f", number: "#7d8597", model: "#b5651d", currency: "#c9a227", weight: "#708238", length: "#4f6d9a", duration: "#a26769",
};

/** @param {string} type attribute id */
export function colourOf(type) {
  return COLOURS[type] ?? "#888888";
}
