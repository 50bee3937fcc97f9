// Preact with hooks and htm, bound together: the only UI library of our pages.
import { createContext, h, render, Fragment } from "preact";
import htm from "htm";

export const html = htm.bind(h);
export { createContext, Fragment, h, render };
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
