/** What a page shows, kept in its address, so that it can be linked to and gone back to. */
import { useEffect, useState } from "../../vendor/ui.js";

function read(defaults) {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(Object.entries(defaults).map(([name, usual]) => [name, query.get(name) ?? usual]));
}

/** An address of a page. @param {string} path @param {Record<string, unknown>} query what is empty is left out */
export function pageAddress(path, query) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== "" && value !== null && value !== undefined && value !== false) pairs.set(name, value === true ? "1" : String(value));
  const text = pairs.toString();
  return `${path}${text ? `?${text}` : ""}`;
}

/**
 * @template {Record<string, string>} T
 * @param {T} defaults all names with their usual values, which the address leaves out
 * @returns {[T, (part: Partial<T>, replace?: boolean) => void]}
 */
export function useAddress(defaults) {
  const [state, setState] = useState(() => read(defaults));
  useEffect(() => {
    const back = () => setState(read(defaults));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const go = (part, replace = false) => {
    const next = { ...read(defaults), ...part };
    const shown = Object.fromEntries(Object.entries(next).filter(([name, value]) => value !== defaults[name]));
    history[replace ? "replaceState" : "pushState"](null, "", pageAddress(location.pathname, shown));
    setState(next);
  };
  return [state, go];
}
