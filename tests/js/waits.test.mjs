import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";

const { waits } = await import("../static/display/js/waits.js");

const field = (prefix, from, to, more = {}) => ({ prefix, offered: true, remaining: null, wait_from_s: from, wait_to_s: to, wait_rough: false, ...more });
const board = (fields, more = {}) => ({ time: "2026-11-23T08:00:30+07:00", session: { state: "open" }, clock_held: false, emergency: null, fields, ...more });

test("each series that a counter calls is told once, a neutral one as wide as its fields", () => {
  const found = waits(board([
    field("1", 600, 900), field("2", null, null), field("3", 0, 60), field("3", 120, 500, { wait_rough: true }),
    field("4", 0, 60, { offered: false }), field("5", 0, 60, { remaining: 0 }),
  ]));
  assert.deepEqual(found, [
    { prefix: "1", time: "08:10–08:15", rough: false },
    { prefix: "3", time: "08:00–08:08", rough: true },
  ]);
});

test("nothing is told while no numbers are given", () => {
  const fields = [field("1", 0, 60)];
  assert.equal(waits(board(fields)).length, 1);
  assert.deepEqual(waits(board(fields, { session: { state: "full" } })), []);
  assert.deepEqual(waits(board(fields, { clock_held: true })), []);
  assert.deepEqual(waits(board(fields, { emergency: {} })), []);
});
