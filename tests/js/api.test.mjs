import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { Problem, api, inTurn } from "../static/js/api.js";

const answering = (status, text) => { globalThis.fetch = async () => ({ ok: status < 400, status, text: async () => text }); };

test("of questions that replace each other, an answer that comes after a later one is nothing", async () => {
  const ask = inTurn();
  let late;
  const first = ask(() => new Promise((done) => { late = done; }));
  assert.equal(await ask(async () => "second"), "second");
  late("first");
  assert.equal(await first, null);
});

test("a refusal carries its code and its sentence", async () => {
  answering(409, JSON.stringify({ code: "cap_reached", detail: "Đã hết số", remaining: 0 }));
  await assert.rejects(api("POST", "/x"), (problem) => {
    assert.ok(problem instanceof Problem);
    assert.deepEqual([problem.status, problem.code, problem.message, problem.data.remaining], [409, "cap_reached", "Đã hết số", 0]);
    return true;
  });
});

test("a proxy's page in the place of an answer is a service that is away, not a fault of the page", async () => {
  answering(502, "<html>Bad Gateway</html>");
  await assert.rejects(api("GET", "/x"), { status: 502, code: "unavailable" });
});

test("no answer at all is offline", async () => {
  globalThis.fetch = async () => { throw new TypeError("network"); };
  await assert.rejects(api("GET", "/x"), { status: 0, code: "offline" });
});

test("a key and the cookie that is meant go along; no body, no type of one", async () => {
  let sent;
  globalThis.fetch = async (_path, options) => { sent = options; return { ok: true, status: 204, text: async () => "" }; };
  assert.deepEqual(await api("POST", "/x", { as: "kiosk", key: "tap-1" }), { status: 204, data: null });
  assert.deepEqual(sent.headers, { Accept: "application/json", "Accept-Language": "vi", "X-Layso-As": "kiosk", "Idempotency-Key": "tap-1" });
});
