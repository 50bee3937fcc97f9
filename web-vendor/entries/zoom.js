// OpenSeadragon: zooming into the photos.
export { default } from "openseadragon";
