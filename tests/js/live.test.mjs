import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { sockets } from "../static/vendor/socket.io.esm.min.js";
import { connect, setSiteTime, siteNow } from "../static/js/live.js";

function opened() {
  const seen = [];
  const live = connect("/display", {}, { event: "board", onData: (data) => seen.push(data.seq), atOnce: true });
  return { live, seen, socket: sockets.at(-1) };
}
const board = (epoch, seq) => ({ epoch, seq, time: "2026-11-23T08:00:00+07:00" });

test("of one epoch an older state never replaces a newer one, and the same one is taken again", () => {
  const { live, seen, socket } = opened();
  for (const seq of [5, 7, 6, 7, 8]) socket.says("board", board("a", seq));
  assert.deepEqual(seen, [5, 7, 7, 8]);
  live.close();
});

test("after a restore the new epoch's states count, however small", () => {
  const { live, seen, socket } = opened();
  socket.says("board", board("a", 50));
  socket.says("board", board("b", 2));
  assert.deepEqual(seen, [50, 2]);
  live.close();
});

test("a broken connection is told at once where that was asked for, and healed by the next message", () => {
  const { live, socket } = opened();
  socket.says("tick", { time: "2026-11-23T08:00:00+07:00" });
  assert.equal(live.online, true);
  socket.breaks("transport close");
  assert.equal(live.online, false);
  socket.says("board", board("a", 1));
  assert.equal(live.online, true);
  live.close();
});

test("the site's moment is the server's, also in a rehearsal of another year", () => {
  setSiteTime("2020-03-30T07:15:00+07:00");
  assert.equal(new Date(siteNow()).toISOString().slice(0, 16), "2020-03-30T00:15");
});
