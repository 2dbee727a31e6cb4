/** Calls, one after another, none lost: what a wall says about a board's `calls`. */

const LAST_MS = 6000; // how long the only call in line keeps the stage
const QUEUED_MS = 3000; // how long it keeps it when others wait behind it
const STALE_MS = 120000;

/**
 * new Announcer({begin(call), end()}): `begin` for each new call in the order of `call_id`, `end` when none is left.
 * `begin` may return a promise: the call keeps the stage until that has ended too.
 * Calls that were there when the page opened are shown, not announced.
 */
export class Announcer {
  #begin;
  #end;
  #epoch = null;
  #last = 0;
  #line = [];
  #timer = 0;

  constructor({ begin, end }) {
    this.#begin = begin;
    this.#end = end;
  }

  /** The call on the stage, or null. */
  current = null;

  /**
   * `missed`: the connection was lost before this board; calls made meanwhile count while they still matter.
   * `silent`: nobody is to be called now; what is new is only noted.
   */
  take(board, missed = false, silent = false) {
    const first = board.epoch !== this.#epoch;
    if (first) {
      this.#epoch = board.epoch;
      this.#last = 0;
      this.#line = [];
    }
    const fresh = board.calls.filter((call) => call.call_id > this.#last).sort((a, b) => a.call_id - b.call_id);
    if (fresh.length) this.#last = fresh.at(-1).call_id;
    if (first || silent) return;
    const now = Date.parse(board.time);
    const there = new Set(board.now.map((call) => call.call_id));
    const wanted = missed
      ? fresh.filter((call) => there.has(call.call_id) && now - Date.parse(call.called_at) < STALE_MS)
      : fresh;
    this.#line.push(...wanted);
    if (!this.current && this.#line.length) this.#next();
    else if (wanted.length && this.#line.length) this.#hurry();
  }

  /** Whether this number still waits for its first announcement. */
  holds(call) {
    return this.#line.some((one) => one.number === call.number && one.times === 1);
  }

  /** Drops what waits: the wall no longer knows what is true. */
  clear() {
    clearTimeout(this.#timer);
    this.#line = [];
    this.current = null;
  }

  #next() {
    const call = this.#line.shift();
    if (!call) {
      this.current = null;
      this.#end();
      return;
    }
    const mine = { ...call, since: Date.now(), due: false, said: false };
    this.current = mine;
    Promise.resolve(this.#begin(call)).then(() => {
      mine.said = true;
      if (mine.due && this.current === mine) this.#next();
    });
    this.#timer = setTimeout(() => this.#due(), this.#line.length ? QUEUED_MS : LAST_MS);
  }

  #due() {
    if (this.current.said) this.#next();
    else this.current.due = true;
  }

  #hurry() {
    clearTimeout(this.#timer);
    const shown = Date.now() - this.current.since;
    this.#timer = setTimeout(() => this.#due(), Math.max(0, QUEUED_MS - shown));
  }
}
