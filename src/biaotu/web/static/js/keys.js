/**
 * Keys of a page. Groups of bindings lie on a stack; a modal group (a dialog) hides those below. Fields people write in keep
 * their keys, all but Escape. Full-width signs of a Chinese input method count as their ASCII twins.
 * @typedef {{keys: string[], run: (event: KeyboardEvent) => void, help?: string, when?: () => boolean, fields?: boolean, repeat?: boolean}} Binding
 */
const WIDE = { "？": "?", "／": "/", "【": "[", "】": "]", "「": "{", "」": "}", "｛": "{", "｝": "}", "，": ",", "。": ".", "＋": "+", "－": "-", "＝": "=" };
const groups = [];

/** The name of a key press: as `event.key`, with `Shift+` only before named keys. @param {KeyboardEvent} event */
export function nameOf(event) {
  let key = WIDE[event.key] ?? event.key;
  if (key === "Process" && /^Key[A-Z]$/.test(event.code)) {
    const letter = event.code.slice(3); // an input method that is on but has no field to write into
    key = event.shiftKey ? letter : letter.toLowerCase();
  }
  if (key === " ") key = "Space";
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

function writing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !/^(checkbox|radio|button)$/.test(target.type ?? "");
}

function ownsKey(target, name) {
  return (name === "Enter" || name === "Space") && target instanceof HTMLElement && target.closest("button, a[href], summary, [type=checkbox], [type=radio]") !== null;
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const name = nameOf(event);
  const inField = writing(event.target);
  if (inField && name !== "Escape") return;
  if (ownsKey(event.target, name)) return;
  for (const group of [...groups].reverse()) {
    for (const binding of group.bindings()) {
      if (!binding.keys.includes(name)) continue;
      if (inField && !binding.fields) continue;
      if (binding.when && !binding.when()) continue;
      if (event.repeat && !binding.repeat) return event.preventDefault();
      event.preventDefault();
      return binding.run(event);
    }
    if (group.modal) return undefined;
  }
  return undefined;
}

document.addEventListener("keydown", onKey);

/**
 * Puts a group on top (the frame's own: at the bottom); gives back the way to take it off.
 * @param {() => Binding[]} bindings @param {{modal?: boolean, bottom?: boolean}} [options]
 */
export function pushKeys(bindings, { modal = false, bottom = false } = {}) {
  const group = { bindings, modal };
  if (bottom) groups.unshift(group);
  else groups.push(group);
  return () => groups.splice(groups.indexOf(group), 1);
}

/** All bindings in force that explain themselves, for the help overlay. */
export function explained() {
  return groups.flatMap((group) => group.bindings()).filter((binding) => binding.help);
}

/** Gives the focus to what a key has just made current, once it is drawn. @param {string} selector */
export function focusSoon(selector) {
  requestAnimationFrame(() => {
    const element = document.querySelector(selector);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  });
}
