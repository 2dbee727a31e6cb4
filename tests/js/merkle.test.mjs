/** The page's own SHA-256 and trees: what node computes, and what others published. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { before, hex, named, proves, rootOf, story } from "../static/js/merkle.js";
import { sha256 } from "../static/js/sha256.js";

const leaf = (what, number, time = "2026-11-23T08:00:00+07:00") => `${what}\t${number}\t${time}`;

test("SHA-256 is that of everybody, at every length around a block's end", () => {
  for (let length = 0; length < 260; length += 1) {
    const bytes = Uint8Array.from({ length }, (_each, place) => (place * 7 + length) & 255);
    assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
  }
});

test("roots are those of RFC 9162", () => {
  const node = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const book = (leaves) => {
    if (!leaves.length) return node();
    if (leaves.length === 1) return node(Buffer.from([0]), Buffer.from(leaves[0]));
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return node(Buffer.from([1]), book(leaves.slice(0, split)), book(leaves.slice(split)));
  };
  for (let size = 0; size < 40; size += 1) {
    const leaves = Array.from({ length: size }, (_each, place) => leaf("issued", `1${place}`));
    assert.equal(rootOf(leaves), book(leaves).toString("hex"));
  }
});

test("a published proof holds, and none that was changed", () => {
  // Google's Certificate Transparency tests: leaf 2 of 3, which is the byte 10.
  const proof = {
    leaf: "\x10", index: 2, size: 3, root: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    path: ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  };
  assert.ok(proves(proof));
  for (const wrong of [{ leaf: "\x11" }, { index: 1 }, { index: 3 }, { size: 4 }, { path: [] }, { root: proof.path[0] }]) {
    assert.ok(!proves({ ...proof, ...wrong }), JSON.stringify(wrong));
  }
});

test("a checkpoint names size and root", () => {
  const root = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const text = `so.vn/demo/2026-11-23\n0\n${Buffer.from(root, "hex").toString("base64")}\n7 ab\n\n— so.vn/demo x\n`;
  assert.deepEqual(named(text), { size: 0, root });
});

test("who is called before somebody of the series who waited longer is told so, and never why", () => {
  const told = story([
    leaf("issued", "1001"), leaf("issued", "1002"), leaf("issued", "2001"), leaf("called", "2001"),
    leaf("called", "1002"), leaf("held", "1002"), leaf("called", "1001"), leaf("no_show", "1001"),
    leaf("issued", "1003"), leaf("requeued", "1001"), leaf("called", "1001"), leaf("called", "1003"),
  ]);
  assert.deepEqual(told.filter((row) => row.early).map((row) => row.number), ["1002", "1001"]);
});

test("what has become of the numbers before one's own", () => {
  const leaves = [
    leaf("issued", "1001"), leaf("issued", "1002"), leaf("issued", "1003"), leaf("called", "1001"), leaf("done", "1001"),
    leaf("cancelled", "1002"), leaf("issued", "1004"), leaf("called", "1003"), leaf("issued", "1005"),
  ];
  assert.deepEqual(before(leaves, 6), { given: 3, done: 1, gone: 1, here: 1 });
});
