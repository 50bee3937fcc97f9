// Cytoscape.js: drawing a neighbourhood of the knowledge graph.
export { default } from "cytoscape";
