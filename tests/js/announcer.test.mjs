import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Announcer } from "../static/display/js/announcer.js";

const TIME = "2026-11-23T08:00:00+07:00";
const call = (id, at = TIME) => ({ call_id: id, number: String(1000 + id), counter: 1, called_at: at });
const board = (calls, epoch = "a") => ({ epoch, time: TIME, calls, now: calls });
let said;
let announcer;

const settled = async () => { for (let turn = 0; turn < 5; turn += 1) await Promise.resolve(); };

beforeEach(() => {
  said = [];
  announcer = new Announcer({ begin: (one) => said.push(one.call_id), end: () => said.push("end") });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("what was called before the page opened is not announced", () => {
  announcer.take(board([call(1), call(2)]));
  assert.deepEqual(said, []);
});

test("calls are announced one after another in the order in which they were made, none twice", async () => {
  announcer.take(board([]));
  announcer.take(board([call(3), call(1), call(2)]));
  announcer.take(board([call(3), call(2)]));
  for (let turn = 0; turn < 4; turn += 1) {
    await settled();
    mock.timers.tick(6000);
  }
  assert.deepEqual(said, [1, 2, 3, "end"]);
});

test("after a break only calls that still stand and are not stale are made good", async () => {
  announcer.take(board([]));
  announcer.take(board([call(1, "2026-11-23T07:50:00+07:00"), call(2)]), true);
  await settled();
  assert.deepEqual(said, [2]);
});

test("other data begin anew: their calls are no news, however small their ids", async () => {
  announcer.take(board([call(9)]));
  announcer.take(board([call(1)], "b"));
  announcer.take(board([call(2), call(1)], "b"));
  await settled();
  assert.deepEqual(said, [2]);
});

test("while nobody is to be called, calls are noted and not said later", async () => {
  announcer.take(board([]));
  announcer.take(board([call(1)]), false, true);
  announcer.take(board([call(1)]));
  await settled();
  assert.deepEqual(said, []);
});
