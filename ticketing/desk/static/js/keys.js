/** The console's keys, and the scanner that types into the same keyboard. */
import { asking } from "./ask.js";

const GAP_MS = 50; // a scanner's keys come 1–20 ms apart, a hand's do not
const END_MS = 120;
const SCAN_LENGTH = 6;
const KEPT = "layso.keys";

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

const PAD = { Add: "+", Subtract: "-", Multiply: "*", Divide: "/", Decimal: "." };

export function keyName(code, words) {
  const named = { Space: words.space, Enter: words.enter, Delete: words.delete };
  return named[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad(.*)/, (_, sign) => `Num ${PAD[sign] ?? sign}`);
}

const typing = (node) => Boolean(node.closest?.("input, select, textarea, [contenteditable]"));
const pressable = (node) => node.matches?.("button:focus-visible, a:focus-visible, summary:focus-visible");

/** listen({onVerb(verb), onScan(text)}): keys typed outside of a form or dialog. */
export function listen({ onVerb, onScan }) {
  let burst = "";
  let last = 0;
  let wait = 0;
  let held = null; // what a single key will do, unless it turns out to begin a scan

  const drop = () => {
    burst = "";
    held = null;
    clearTimeout(wait);
  };
  const letGo = () => {
    const act = held;
    drop();
    act?.();
  };
  const verbOf = (code) => Object.entries(keymap()).find(([, codes]) => codes.includes(code))?.[0];

  function endsBurst(event) {
    if (burst.length < 2 || event.timeStamp - last > END_MS) return false;
    event.preventDefault();
    event.stopPropagation();
    const text = burst;
    drop();
    if (text.length >= SCAN_LENGTH) onScan(text);
    return true;
  }

  function printable(event) {
    const goesOn = burst !== "" && event.timeStamp - last <= GAP_MS;
    last = event.timeStamp;
    if (goesOn) {
      event.preventDefault();
      burst += event.key;
      held = null;
      clearTimeout(wait);
      wait = setTimeout(drop, END_MS);
      return;
    }
    drop();
    burst = event.key;
    const verb = verbOf(event.code);
    const native = event.code === "Space" && pressable(event.target);
    if (verb && !native) event.preventDefault();
    held = () => {
      if (verb && !native && !asking()) onVerb(verb);
    };
    wait = setTimeout(letGo, GAP_MS);
  }

  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (asking() || typing(event.target)) return;
    if (event.repeat) {
      if (verbOf(event.code)) event.preventDefault();
      return;
    }
    if ((event.key === "Enter" || event.key === "Tab") && endsBurst(event)) return;
    if (event.key.length === 1) {
      printable(event);
      return;
    }
    const verb = verbOf(event.code);
    if (!verb || (event.key === "Enter" && pressable(event.target))) return;
    event.preventDefault();
    letGo(); // a quick hand's key before this one comes first
    onVerb(verb);
  }, true);

  // A mouse click leaves the focus on its button, where Space would press it again instead of calling.
  document.addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest("button, summary")?.blur();
  });
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
