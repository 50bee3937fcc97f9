/** Neighbourhoods as they are gathered: what each opened node brought, put together for the picture and the list. */
import { get } from "../api.js";
import { lang } from "../i18n.js";

export const A_PAGE = 24; // neighbours that opening a node brings; the list asks for more
export const MOST_OPEN = 6; // nodes open at once: the picture stays readable, the oldest closes

/** @type {Map<string, Promise<{node: object, edges: object[], total: number, next: string|null}>>} */
const known = new Map();
const keyOf = (id, machine, kind) => `${machine ? "m" : "c"} ${kind} ${id}`;

function keep(key, asked) {
  known.set(key, asked);
  asked.catch(() => known.get(key) === asked && known.delete(key)); // to be asked again
  return asked;
}

/** The neighbourhood of a node, as far as it has been asked for. @throws {import("../api.js").ApiError} */
export function neighboursOf(id, machine, kind = "") {
  const key = keyOf(id, machine, kind);
  return known.get(key) ?? keep(key, get("/graph/neighbours", { id, machine, kind, limit: A_PAGE }).then(({ node, edges, total, next }) => ({ node, edges, total, next: next ?? null })));
}

/** The neighbourhood with its next page. @throws {import("../api.js").ApiError} */
export async function moreOf(id, machine, kind = "") {
  const key = keyOf(id, machine, kind);
  const before = await neighboursOf(id, machine, kind);
  if (!before.next) return before;
  const { edges, total, next } = await get("/graph/neighbours", { id, machine, kind, limit: A_PAGE, cursor: before.next });
  return keep(key, Promise.resolve({ ...before, edges: [...before.edges, ...edges], total, next: next ?? null }));
}

/** Forgets what was gathered: the records may have changed. */
export function forget() {
  known.clear();
}

/** An edge with its ends, the same from whichever end it was found. */
export function drawnEdge(from, edge, path = false) {
  const [a, b] = edge.direction === "in" ? [edge.node.id, from] : [from, edge.node.id];
  return { key: `${a} ${edge.predicate} ${b}`, from: a, to: b, words: edge.label[lang], confirmed: edge.confirmed, count: edge.count, path };
}

/** All neighbourhoods in one picture. @param {Array<{node: object, edges: object[]}>} gathered */
export function together(gathered, centre) {
  const nodes = new Map();
  const edges = new Map();
  for (const { node, edges: list } of gathered) {
    nodes.set(node.id, node);
    for (const edge of list) {
      if (!nodes.has(edge.node.id)) nodes.set(edge.node.id, edge.node);
      const drawn = drawnEdge(node.id, edge);
      edges.set(drawn.key, drawn);
    }
  }
  return { nodes, edges, centre, open: new Set(gathered.map(({ node }) => node.id)) };
}
