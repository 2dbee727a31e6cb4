/** Those who wait beyond the first, whom the server tells of only when asked: an officer unfolds the list. */
import { lang } from "../../js/texts.js";
import { call as api } from "./again.js";
import { base, changed, state } from "./state.js";
import { explain } from "./verbs.js";

const STEP = 200;
const AGAIN_MS = 5000;
const none = () => ({ wanted: 0, rows: [], seq: 0, at: 0, asking: false });
let more = none();

/** The waiting as far as they are unfolded; the push tells of the first, and is always right. */
export function unfolded(queue) {
  const first = new Set(queue.waiting.map((row) => row.number));
  return [...queue.waiting, ...more.rows.filter((row) => !first.has(row.number))];
}

export function unfold() {
  more.wanted += STEP;
  more.seq = 0;
  ask();
}

export function fold() {
  more = none();
}

/** Asks again when something has changed since, not more often than every few seconds. */
export function keepUnfolded() {
  if (more.wanted && more.seq !== state.queue.seq && Date.now() - more.at > AGAIN_MS) ask();
}

async function ask() {
  const mine = more;
  if (mine.asking) return;
  Object.assign(mine, { asking: true, at: Date.now(), seq: state.queue.seq });
  const asked = new URLSearchParams({ counter: state.counter, skip: state.queue.waiting.length, limit: mine.wanted, lang });
  try {
    const { data } = await api("GET", `${base}/waiting?${asked}`, { as: "staff" });
    mine.rows = data.items;
    if (mine === more) changed();
  } catch (problem) {
    explain(problem);
  } finally {
    mine.asking = false;
  }
}
