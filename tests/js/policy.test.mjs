import assert from "node:assert/strict";
import { test } from "node:test";
import { carry } from "./page.mjs";

const procedures = [
  { code: "1.1", field: "HT", decision: "online_only", result_decision: "post_only" },
  { code: "1.2", field: "HT", decision: "ticket", result_decision: "ticket" },
];
const vi = {
  plan_authority: "cơ quan", plan_window: "%(from)s–%(to)s, %(authority)s", plan_since: "từ %(from)s, %(authority)s",
  legal_base: "Căn cứ: %(text)s", legal_list: "%(list)s, %(decision)s", list_decision: "số %(number)s ngày %(date)s",
  list_undated: "số %(number)s", list_unnumbered: "chưa công bố số", list_sample: "mẫu",
};
carry("kiosk", { site: { code: "demo", timezone: "Asia/Ho_Chi_Minh", late_from: "15:00" }, procedures, ways: {}, texts: { vi, en: vi } });
const { decisionOf, legalLines, onward, windowText } = await import("../static/js/kiosk/policy.js");
const { dayOf } = await import("../static/js/kiosk/words.js");

const order = (service, procedure = "") => ({ board: { policy: { decision: "post_preferred", result_decision: "suspended" } }, order: { service, procedure } });

test("a procedure's own decision goes before the plan's, and other services have none", () => {
  assert.equal(decisionOf(order("submit", "1.1")), "online_only");
  assert.equal(decisionOf(order("submit")), "post_preferred");
  assert.equal(decisionOf(order("result", "1.1")), "post_only");
  assert.equal(decisionOf(order("result")), "suspended");
  assert.equal(decisionOf(order("help", "1.1")), "ticket");
  assert.equal(decisionOf({ board: {}, order: { service: "submit", procedure: "9" } }), "ticket");
});

test("who is not simply given a number sees what the plan says first", () => {
  const gone = [];
  const go = (...where) => gone.push(where);
  onward({ ...order("submit", "1.1"), go });
  onward({ ...order("help"), go });
  assert.deepEqual(gone, [["policy", { decision: "online_only" }], ["confirm"]]);
});

test("a base is told with the list's decision, and a sample as such", () => {
  const base = { text: "Kế hoạch 45", list: "Danh mục", decision_no: "2132", decision_date: "2019-10-02", sample: true };
  assert.deepEqual(legalLines(base), ["Căn cứ: Kế hoạch 45", "Danh mục, số 2132 ngày 02/10/2019 (mẫu)"]);
  assert.deepEqual(legalLines({ text: "a", list: "b" }), ["Căn cứ: a", "b, chưa công bố số"]);
  assert.deepEqual(legalLines(null), []);
});

test("a long base ends at a clause and opens no bracket that it doesn't close", () => {
  const [line] = legalLines({ text: `Kế hoạch số 45 (ngày 27/3/2020; ${"rất dài ".repeat(20)})` }, 40);
  assert.equal(line, "Căn cứ: Kế hoạch số 45 …");
});

test("days are written as an office writes them", () => {
  assert.equal(dayOf("2020-03-30"), "30/3/2020");
  assert.equal(dayOf("2019-10-02"), "02/10/2019");
  assert.equal(dayOf("2026-01-05"), "05/01/2026");
  assert.equal(windowText({ valid_from: "2020-03-30", valid_to: "2020-04-29", authority: "UBND tỉnh" }), "30/3/2020–29/4/2020, UBND tỉnh");
  assert.equal(windowText({ valid_from: "2020-03-30" }), "từ 30/3/2020, cơ quan");
});
