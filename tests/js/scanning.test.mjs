import assert from "node:assert/strict";
import { test } from "node:test";
import { called, elsewhere, isFar, isNext } from "../static/desk/js/ordering.js";
import { isMachine, makePace, makeReader } from "../static/desk/js/scanning.js";

const VERBS = { KeyH: "hold", KeyS: "start", KeyT: "transfer", Digit1: "postal", Digit3: "both", Enter: "finish", Space: "next", F2: "next" };
const SLIP = "http://so.example/t/abcdefgh12345678";
const CODES = { " ": "Space" };
const codeOf = (key) => CODES[key] ?? (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key);

/** A keyboard whose clock stands still between the keys; `log` is what came of them. */
function keyboard(prefix = "") {
  let now = 0;
  const timers = new Set();
  const log = [];
  const reader = makeReader({
    verbOf: (code) => VERBS[code], prefix: () => prefix,
    onVerb: (verb) => log.push(verb), onScan: (text) => log.push(`scan ${text}`), onStray: () => log.push("stray"),
    later: (work, ms) => {
      const timer = { work, at: now + ms };
      timers.add(timer);
      return timer;
    },
    never: (timer) => timers.delete(timer),
  });
  function pass(ms) {
    const until = now + ms;
    for (;;) {
      const due = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers.delete(due);
      now = due.at;
      due.work();
    }
    now = until;
  }
  function type(keys, gap) {
    for (const key of keys) {
      pass(gap);
      reader.press({ key, code: codeOf(key), at: now });
    }
  }
  return { log, type, pass };
}

for (const gap of [1, 15, 50, 60, 80, 120, 200, 290]) {
  test(`a scanner that types a key every ${gap} ms operates nothing`, () => {
    const { log, type, pass } = keyboard();
    type([...SLIP, "Enter", "Enter"], gap);
    pass(5000);
    type([..."8931234567890", "Tab"], gap);
    pass(5000);
    assert.deepEqual(log, [`scan ${SLIP}`, "scan 8931234567890"]);
  });
}

test("a person's Enter right after a scan counts", () => {
  const { log, type } = keyboard();
  type([..."H19-261123-0007", "Enter"], 5);
  type(["Enter"], 60);
  assert.deepEqual(log, ["scan H19-261123-0007", "finish"]);
});

test("a scan without an Enter at its end is one too", () => {
  const { log, type, pass } = keyboard();
  type("8931234567890", 80);
  pass(5000);
  assert.deepEqual(log, ["scan 8931234567890"]);
});

test("a hand's keys act one after the other, and the space bar at once", () => {
  const { log, type, pass } = keyboard();
  type(["s"], 1000);
  type(["1", "Enter"], 700);
  type([" "], 900);
  assert.equal(log.at(-1), "next");
  type(["1"], 900);
  type(["Enter"], 100);
  pass(1000);
  assert.deepEqual(log, ["start", "postal", "finish", "next", "postal", "finish"]);
});

test("a few keys at once are neither a scan nor a hand's", () => {
  const { log, type, pass } = keyboard();
  type("hst", 40);
  pass(5000);
  assert.deepEqual(log, ["stray"]);
});

test("after the scanner's own key everything up to Enter is a scan, however slow", () => {
  const { log, type } = keyboard("F9");
  type(["F9", ..."hst1", "Enter"], 1500);
  assert.deepEqual(log, ["scan hst1"]);
});

test("a key that means nothing here makes those after it doubtful", () => {
  const { log, type, pass } = keyboard();
  type("://hst/1", 500);
  pass(300);
  assert.deepEqual(log, []);
});

test("words of a hand are words, a machine's are not, and keys into no box are nobody's", () => {
  const hand = [80, 210, 140, 95, 330, 120, 60, 180, 250, 120];
  assert.equal(isMachine(hand), false);
  assert.equal(isMachine(Array(8).fill(80)), true);
  assert.equal(isMachine([60, 61, 59, 60, 140, 60, 62, 60]), true);
  assert.equal(isMachine([5, 1, 9, 30, 2, 3]), true);
  const pace = makePace();
  let at = 0;
  const press = (key, gap, blind) => pace.press({ key, at: at += gap, blind });
  [..."giấy tờ"].forEach((key, place) => press(key, hand[place]));
  assert.equal(press("Enter", 200), null);
  [..."893"].forEach((key, place) => press(key, hand[place], true));
  assert.equal(press("Enter", 333), "893");
  [..."893123"].forEach((key) => press(key, 60));
  assert.deepEqual([press("Enter", 60), press("Enter", 60), press("Enter", 400)], ["893123", "", null]);
});

test("what a counter calls, who waits elsewhere, and who is next are read from the queue", () => {
  const queue = {
    fields: [{ code: "HT", waiting: 2 }, { code: "CT", waiting: 3 }], services: [{ code: "help", waiting: 4 }],
    waiting: [{ number: "1006" }, { number: "1004" }],
  };
  const seat = { fields: ["CT"], services: [] };
  assert.deepEqual([called(queue, seat), elsewhere(queue, seat)], [["CT"], 6]);
  assert.deepEqual([isNext(queue, "1006"), isNext(queue, "1004"), isNext({ waiting: [] }, "1")], [true, false, false]);
});

test("a count far from the ticket's is worth a question, a near one is not", () => {
  assert.deepEqual([[123, 1], [6, 1], [1, 5], [40, 15]].map(([n, of]) => isFar(n, of)), [true, true, true, true]);
  assert.deepEqual([[0, 1], [5, 1], [2, 5], [10, 5], [0, 9]].map(([n, of]) => isFar(n, of)), [false, false, false, false, false]);
});
