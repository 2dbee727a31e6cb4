/** The console's keys, and the scanner that types into the same keyboard. */
import { makePace, makeReader } from "./scanning.js";

const KEPT = "layso.keys";
const PREFIX_KEPT = "layso.scanner";

/** Verb → codes of its keys; the first one is shown and may be changed, the others are the number pad's. */
export const STANDARD = {
  next: ["Space", "F2", "NumpadAdd"],
  recall: ["KeyR", "NumpadMultiply"],
  start: ["KeyS", "NumpadDivide"],
  finish: ["Enter", "NumpadEnter"],
  "no-show": ["Delete", "NumpadDecimal"],
  hold: ["KeyH", "NumpadSubtract"],
  transfer: ["KeyT", "Numpad5"],
  undo: ["KeyU", "Numpad0"],
  pause: ["KeyP", "Numpad9"],
  issue: ["KeyN", "Numpad7"],
  scan: ["KeyC", "Numpad8"],
  reprint: ["KeyI", "Numpad6"],
  "postal-submit": ["Digit1"],
  "postal-return": ["Digit2"],
  "postal-both": ["Digit3"],
  receipt: ["Digit0"],
};

export function keymap() {
  let own = {};
  try {
    own = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    localStorage.removeItem(KEPT);
  }
  return Object.fromEntries(Object.entries(STANDARD).map(([verb, codes]) => [verb, own[verb] ? [own[verb], ...codes.slice(1)] : codes]));
}

export function keepKeys(own) {
  if (own) localStorage.setItem(KEPT, JSON.stringify(own));
  else localStorage.removeItem(KEPT);
}

/** The code of the key that this computer's scanner types first, "" when it types none. */
export const scannerPrefix = () => localStorage.getItem(PREFIX_KEPT) ?? "";

export function keepPrefix(code) {
  if (code) localStorage.setItem(PREFIX_KEPT, code);
  else localStorage.removeItem(PREFIX_KEPT);
}

const PAD = { Add: "+", Subtract: "-", Multiply: "*", Divide: "/", Decimal: "." };

export function keyName(code, words) {
  const named = { Space: words.space, Enter: words.enter, Delete: words.delete };
  return named[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad(.*)/, (_, sign) => `Num ${PAD[sign] ?? sign}`);
}

const typing = (node) => Boolean(node.closest?.("input, select, textarea, [contenteditable]"));
const boxed = (node) => Boolean(node.matches?.("textarea, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])"));
const pressable = (node) => node.matches?.("button:focus-visible, a:focus-visible, summary:focus-visible");
/** Keys of an input method make letters, not verbs; some are said to be composing only from the second on. */
export const composing = (event) => event.isComposing || event.keyCode === 229 || ["Process", "Dead", "Unidentified"].includes(event.key);
const verbOf = (code) => Object.entries(keymap()).find(([, codes]) => codes.includes(code))?.[0];

/** What a scanner typed into a box is taken out of it again, and its Enter confirms nothing. */
function watchBoxes(onScan) {
  const pace = makePace();
  let before = "";
  return (event) => {
    const box = boxed(event.target) ? event.target : null;
    if (box?.type === "password") return; // typed by a key of its own, as often as not
    if (pace.fresh && box) before = box.value;
    const text = pace.press({ key: event.key, at: event.timeStamp, blind: !box });
    if (text === null || box?.matches("textarea")) return;
    event.preventDefault();
    event.stopPropagation();
    if (text === "") return;
    if (box && !box.readOnly) {
      box.value = before;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    onScan(text);
  };
}

/** A timer that lets keys go first which were pressed already and have not come yet: the page may be busy drawing. */
function later(work, ms) {
  const timer = {};
  const ring = () => {
    if (navigator.scheduling?.isInputPending?.()) timer.id = setTimeout(ring, 20);
    else work();
  };
  timer.id = setTimeout(ring, ms);
  return timer;
}

/** listen({asking, onVerb(verb), onScan(text), onStray, onHeld}): keys typed outside of a form or dialog; scans everywhere. */
export function listen({ asking, onVerb, onScan, onStray, onHeld }) {
  const reader = makeReader({
    verbOf, onScan, onStray, onHeld, later, never: (timer) => clearTimeout(timer?.id), prefix: scannerPrefix,
    onVerb: (verb) => !asking() && onVerb(verb),
  });
  const watch = watchBoxes((text) => !asking() && onScan(text));

  window.addEventListener("keydown", (event) => {
    if (composing(event)) {
      reader.reset();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (asking() || typing(event.target)) {
      // The dialog may be there because of the scan.
      if (reader.isTail(event.key, event.timeStamp)) event.preventDefault();
      else if (!event.repeat) watch(event);
      return;
    }
    if (event.repeat) {
      if (verbOf(event.code)) event.preventDefault();
      return;
    }
    const at = event.timeStamp;
    const native = ["Space", "Enter", "NumpadEnter"].includes(event.code) && pressable(event.target);
    if (native && !reader.inBurst(at)) return;
    if (!reader.press({ key: event.key, code: event.code, at })) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // A mouse click leaves the focus on its button, where Space would press it again instead of calling; first of all,
  // or a dialog would give the focus back to it.
  document.addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest("button, summary")?.blur();
  }, true);
}

/** An identity card's code holds name, birthday and address between bars: out of every box at once. */
export function refuseCards(onCard) {
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!String(box.value ?? "").includes("|")) return;
    box.value = "";
    onCard(box);
  });
}
