/** What the console knows: the page's facts, the newest queue, the counter it sits at. `begin` fills it once. */
export const page = { counters: [] };
export const state = { queue: {}, counter: null, live: false, busy: false, held: false };
export let base = "";
let began = 0;
let siteClock = Date.now;
let keep = () => {};
const listeners = [];

/**
 * `facts` are the page's, `first` the queue that came with it, `asked` the counter's number by address or memory;
 * `clock()` is the site's moment once the connection is live, `kept(number)` is told where we sit.
 */
export function begin(facts, first, { asked = null, clock = Date.now, kept = () => {} } = {}) {
  Object.assign(page, facts);
  const number = Number(asked);
  const known = asked !== null && page.counters.some((counter) => counter.counter === number);
  Object.assign(state, { queue: first, counter: known ? number : null, live: false, busy: false, held: false });
  base = `/api/v1/sites/${page.site}`;
  began = Date.parse(first.time) - Date.now();
  siteClock = clock;
  keep = kept;
}

/** The counter's line of the queue when it is ours and open or paused, else null. */
export function seat() {
  const counter = state.queue.counter;
  return counter && counter.counter === state.counter && counter.holder === page.me && counter.state !== "closed"
    ? counter
    : null;
}

export const ticket = () => state.queue.ticket ?? null;
export const now = () => (state.live ? siteClock() : Date.now() + began);

export function onChange(listener) {
  listeners.push(listener);
}

/** Takes a queue unless it is older than the one on screen or belongs to another counter. */
export function accept(queue) {
  const old = state.queue;
  if (queue.epoch === old.epoch && queue.seq < old.seq) return;
  if ((queue.counter?.counter ?? null) !== state.counter) return;
  state.queue = queue;
  changed();
}

export function changed() {
  listeners.forEach((listener) => listener());
}

export function sitAt(number) {
  state.counter = number;
  keep(number);
}
