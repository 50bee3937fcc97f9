// Annotorious on OpenSeadragon: marking a region of a photo. Its painter (Pixi) builds functions out of text, which our
// Content-Security-Policy forbids; @pixi/unsafe-eval is Pixi's own answer and must come with it (see build.mjs).
import "@pixi/unsafe-eval";
export { createOSDAnnotator } from "@annotorious/openseadragon";
