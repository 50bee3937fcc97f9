/** The keys of the knowledge pages, in one table: the pages bind them, the help page prints them. */
export const KNOWLEDGE_KEYS = {
  "next.row": ["j", "ArrowDown"],
  "previous.row": ["k", "ArrowUp"],
  "graph.go": ["Enter"],
  "graph.own": ["o"],
  "graph.back": ["b"],
  more: ["."],
  machine: ["m"],
  "places.open": ["ArrowRight"],
  "places.shut": ["ArrowLeft"],
  "timeline.all": ["0"],
  "entry.add": ["n"],
  "entry.edit": ["e"],
  "entry.graph": ["g"],
};

/** A binding of the table. @param {keyof typeof KNOWLEDGE_KEYS} name @param {() => void} run @param {() => boolean} [when] */
export function bound(name, run, when = undefined) {
  return { keys: KNOWLEDGE_KEYS[name], repeat: name.endsWith("row"), run, when, help: `key.${name}` };
}
