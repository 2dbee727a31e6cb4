/** What the console knows: the page's facts, the newest queue, the counter it sits at. */
import { siteNow } from "../../js/live.js";
import { pageData } from "../../js/texts.js";

export const page = pageData("page");
const first = pageData("first");
const kept = `layso.counter.${page.site}`;
const began = Date.parse(first.time) - Date.now();
const listeners = [];

export const state = { queue: first, counter: chosen(), live: false, busy: false };

function chosen() {
  const asked = new URLSearchParams(location.search).get("counter") ?? localStorage.getItem(kept);
  const number = Number(asked);
  return page.counters.some((counter) => counter.counter === number) ? number : null;
}

export const base = `/api/v1/sites/${page.site}`;

/** The counter's line of the queue when it is ours and open or paused, else null. */
export function seat() {
  const counter = state.queue.counter;
  return counter && counter.counter === state.counter && counter.holder === page.me && counter.state !== "closed"
    ? counter
    : null;
}

export const ticket = () => state.queue.ticket ?? null;
export const now = () => (state.live ? siteNow() : Date.now() + began);

export function onChange(listener) {
  listeners.push(listener);
}

/** Takes a queue unless it is older than the one on screen or belongs to another counter. */
export function accept(queue) {
  const old = state.queue;
  if (queue.epoch === old.epoch && queue.seq < old.seq) return;
  if ((queue.counter?.counter ?? null) !== state.counter) return;
  state.queue = { ...queue, sitting: queue.sitting ?? old.sitting };
  changed();
}

export function changed() {
  listeners.forEach((listener) => listener());
}

export function sitAt(number) {
  state.counter = number;
  const url = new URL(location.href);
  if (number === null) {
    url.searchParams.delete("counter");
    localStorage.removeItem(kept);
  } else {
    url.searchParams.set("counter", number);
    localStorage.setItem(kept, number);
  }
  history.replaceState(null, "", url);
}
