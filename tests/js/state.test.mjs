import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, begin, now, onChange, seat, sitAt, state } from "../static/desk/js/state.js";

const queue = (epoch, seq, counter = null) => ({ epoch, seq, time: "2026-11-23T08:00:00+07:00", counter, ticket: null });
const facts = { site: "demo", me: 7, counters: [{ counter: 1 }, { counter: 2 }] };
const kept = [];
begin(facts, queue("a", 5), { asked: "9", clock: () => 42, kept: (number) => kept.push(number) });

test("a counter that the site no longer has is not sat at", () => {
  assert.equal(state.counter, null);
});

test("before the connection is live the time goes on from the page's own", () => {
  assert.ok(Math.abs(now() - Date.parse("2026-11-23T08:00:00+07:00")) < 60_000);
  state.live = true;
  assert.equal(now(), 42);
});

test("an older queue, or one of another counter, never replaces the one on the screen", () => {
  let drawn = 0;
  onChange(() => { drawn += 1; });
  accept(queue("a", 4));
  accept(queue("a", 6, { counter: 2 }));
  assert.deepEqual([state.queue.seq, drawn], [5, 0]);
  accept(queue("a", 6));
  accept(queue("b", 1));
  assert.deepEqual([state.queue.seq, drawn], [1, 2]);
});

test("a seat is ours while we hold the counter and it is not closed", () => {
  sitAt(2);
  for (const [holder, status, ours] of [[7, "open", true], [7, "paused", true], [7, "closed", false], [8, "open", false]]) {
    accept(queue("b", 2, { counter: 2, holder, state: status }));
    assert.equal(Boolean(seat()), ours);
  }
  assert.deepEqual(kept, [2]);
});

test("a counter that is asked for and known is sat at, by its number as text too", () => {
  begin(facts, queue("a", 5), { asked: "2" });
  assert.equal(state.counter, 2);
});
