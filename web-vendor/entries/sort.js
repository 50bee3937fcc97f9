// SortableJS: dragging tags between primary and secondary.
export { default } from "sortablejs";
