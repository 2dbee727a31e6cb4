import assert from "node:assert/strict";
import { test } from "node:test";
import { carry } from "./page.mjs";

carry("texts", { left: "Còn nhận %(n)s hồ sơ", odd: "%(a)s %(b)s" });
const { clock, clockIn, fill, number, t } = await import("../static/js/texts.js");

test("a text is filled in; what is not given stays, what is not there shows its key", () => {
  assert.equal(t("left", { n: 12 }), "Còn nhận 12\u00a0hồ\u00a0sơ");
  assert.equal(t("odd", { a: 0 }), "0 %(b)s");
  assert.equal(t("nothing"), "nothing");
  assert.equal(fill("%(a)s", { a: "%(b)s", b: 1 }), "%(b)s");
});

test("one dossier is one, and a number never stands on another line than its dossiers", () => {
  const text = "%(n)s {dossier|dossiers}";
  assert.deepEqual([0, 1, 21, "1,001"].map((n) => fill(text, { n })), ["0 dossiers", "1 dossier", "21 dossiers", "1,001 dossiers"]);
  assert.equal(fill("3 hồ sơ", {}), "3\u00a0hồ\u00a0sơ");
});

test("a time is the site's, whatever the zone of this computer", () => {
  assert.equal(clock("2026-11-23T07:40:00+07:00"), "07:40");
  assert.equal(clock(null), "");
  assert.equal(clockIn(new Date("2026-11-23T00:40:00Z"), "2026-11-23T01:00:00+07:00"), "07:40");
  assert.equal(clockIn(new Date("2026-11-23T00:40:00Z"), "2026-11-23T01:00:00-03:30"), "21:10");
});

test("thousands are parted as Vietnamese papers do", () => {
  assert.equal(number(36000), "36.000");
});
