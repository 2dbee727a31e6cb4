/** Tells a scanner from a hand by the pace of its keys. Plain values in and out: no page, no clock of its own. */

/** A hand's single keys are farther apart than this; the keys of a scanner, even of a slow one, are not. */
export const PAUSE_MS = 300;
/** So long a burst may rest and go on: its tail was held up somewhere. */
export const REST_MS = 700;
/** A second Enter of a scanner comes at its own pace; a person's comes later. */
const SECOND_MS = 40;
/** For so long after a key that means nothing here, others are taken for more of what a very slow scanner types. */
const DOUBT_MS = 1000;
const PREFIXED_MS = 3000;
const LEAST = 6;
const FAST_MS = 35;
const STEADY = 0.2;
const ENDS = ["Enter", "Tab"];

/**
 * makeReader({verbOf(code), onVerb, onScan, onStray, onHeld, prefix(), later, never}): `press({key, code, at})` → whether
 * the key is taken, so that the browser must not act on it. A key that may begin a scan is held for PAUSE_MS before
 * `onVerb`; what comes in a burst is `onScan(text)`, or `onStray()` when it is too short to be one. After the key of
 * `prefix()` everything up to Enter is a scan, however slow.
 */
export function makeReader({
  verbOf, onVerb, onScan, onStray = () => {}, onHeld = () => {}, prefix = () => "",
  later = (work, ms) => setTimeout(work, ms), never = (timer) => clearTimeout(timer),
}) {
  let text = "";
  let held = null; // the verb of a single key, unless it turns out to begin a scan
  let prefixed = false;
  let began = 0;
  let last = -Infinity;
  let quiet = -Infinity; // until then Enter and Tab belong to the scan before
  let doubt = -Infinity; // until then no key is taken for a hand's
  let timer = 0;

  function reset() {
    never(timer);
    text = "";
    prefixed = false;
    if (held !== null) onHeld(false);
    held = null;
  }

  function settle() {
    const verb = held;
    reset();
    if (verb) onVerb(verb);
  }

  function end(at) {
    const found = text;
    const asked = prefixed;
    const pace = (at - began) / Math.max(1, found.length);
    reset();
    quiet = at + Math.max(SECOND_MS, 2 * pace);
    if (found.length >= LEAST || (asked && found)) onScan(found);
    else onStray();
  }

  function wait(work, ms) {
    never(timer);
    timer = later(work, ms);
  }

  const inBurst = (at) => prefixed || (text.length > 1 && at - last <= REST_MS);

  function goOn(key, at) {
    last = at;
    if (held !== null) onHeld(false);
    held = null;
    if (key.length === 1) text += key;
    wait(() => end(last), prefixed ? PREFIXED_MS : REST_MS);
    return true;
  }

  function begin({ key, code, at }) {
    settle();
    const verb = verbOf(code) ?? "";
    last = at;
    if (at < doubt) {
      doubt = at + DOUBT_MS;
      return true;
    }
    if (code === "Space") {
      if (verb) onVerb(verb);
      return Boolean(verb);
    }
    text = key;
    began = at;
    held = verb;
    onHeld(true);
    wait(() => {
      if (!verb) doubt = last + PAUSE_MS + DOUBT_MS;
      settle();
    }, PAUSE_MS);
    return Boolean(verb);
  }

  function press({ key, code, at }) {
    if (prefix() && code === prefix()) {
      reset();
      prefixed = true;
      began = at;
      wait(() => end(at), PREFIXED_MS);
      return true;
    }
    if (ENDS.includes(key)) {
      if (inBurst(at)) {
        end(at);
        return true;
      }
      if (at < quiet || at < doubt) return true;
      settle();
    } else if (prefixed || (key.length === 1 && text && at - last <= (text.length > 1 ? REST_MS : PAUSE_MS))) {
      return goOn(key, at);
    } else if (key.length === 1) {
      return begin({ key, code, at });
    } else if (inBurst(at) || at < doubt) {
      return Boolean(verbOf(code));
    }
    const verb = verbOf(code);
    if (!verb) return false;
    settle(); // a quick hand's key before this one comes first
    onVerb(verb);
    return true;
  }

  return { press, reset, inBurst, isTail: (key, at) => ENDS.includes(key) && at < quiet };
}

/** Whether keys that came `gaps` ms apart were typed by a machine: very fast, or all at nearly one pace. */
export function isMachine(gaps) {
  if (gaps.length < LEAST) return false;
  const sorted = [...gaps].sort((a, b) => a - b);
  if (sorted.at(-1) <= FAST_MS) return true;
  const middle = sorted[Math.floor(sorted.length / 2)];
  const near = gaps.filter((gap) => Math.abs(gap - middle) <= STEADY * middle);
  return near.length >= 0.8 * gaps.length;
}

/**
 * For boxes and dialogs, where a hand types words: `press({key, at, blind})` → what a scanner typed, when `key` is the
 * Enter at its end, "" for a second Enter of its own, else null. `blind` keys go to no box: three of them before an
 * Enter are nobody's words either.
 */
export function makePace() {
  let typed = "";
  let gaps = [];
  let blindly = 0;
  let last = -Infinity;
  let quiet = -Infinity;

  function forget() {
    typed = "";
    gaps = [];
    blindly = 0;
  }

  return {
    get fresh() {
      return typed === "";
    },
    press({ key, at, blind = false }) {
      const gap = at - last;
      if (gap > DOUBT_MS) forget();
      else if (typed) gaps.push(gap);
      last = at;
      if (key === "Enter") {
        if (!typed && at < quiet) return "";
        const found = blindly >= 3 || isMachine(gaps) ? typed : null;
        if (found) quiet = at + Math.max(SECOND_MS, 2 * gap);
        forget();
        return found;
      }
      if (key.length === 1) {
        typed += key;
        blindly += blind ? 1 : 0;
      } else if (key !== "Shift") {
        forget();
      } else {
        gaps.pop();
        last = at - gap;
      }
      return null;
    },
  };
}
