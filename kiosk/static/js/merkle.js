/** The public ledger's tree (RFC 9162) and what its leaves tell, told again here: nothing is believed. */
import { sha256 } from "./sha256.js";

const UTF8 = new TextEncoder();
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export const leafHash = (leaf) => sha256(Uint8Array.of(0, ...UTF8.encode(leaf)));
export const nodeHash = (left, right) => sha256(Uint8Array.of(1, ...left, ...right));

/** The root over these leaves, in hex. */
export function rootOf(leaves) {
  const peaks = [];
  leaves.forEach((leaf, place) => {
    let node = leafHash(leaf);
    for (let size = place; size & 1; size >>= 1) node = nodeHash(peaks.pop(), node);
    peaks.push(node);
  });
  return hex(peaks.length ? peaks.reduceRight((right, left) => nodeHash(left, right)) : sha256(new Uint8Array()));
}

/** Whether a proof leads from its leaf to its root. */
export function proves({ leaf, index, size, root, path }) {
  if (!(index >= 0 && index < size)) return false;
  let node = leafHash(leaf);
  let place = index;
  let last = size - 1;
  for (const beside of path.map(bytesOf)) {
    if (last === 0) return false;
    if (place & 1 || place === last) {
      node = nodeHash(beside, node);
      while (!(place & 1) && place) [place, last] = [place >> 1, last >> 1];
    } else node = nodeHash(node, beside);
    [place, last] = [place >> 1, last >> 1];
  }
  return last === 0 && hex(node) === root;
}

/** Size and root (in hex) that a checkpoint names. */
export function named(checkpoint) {
  const [, size, root] = checkpoint.split("\n");
  return { size: Number(size), root: hex(Uint8Array.from(atob(root), (letter) => letter.charCodeAt(0))) };
}

const BACK = new Set(["issued", "requeued", "transferred"]);
const AGAIN = "reopened";

/** The leaves in words: `early` where others of the series waited longer than who was called. */
export function story(leaves) {
  // In the order in which they began to wait: a key that is there keeps its place.
  const waiting = new Map();
  return leaves.map((leaf) => {
    const [what, number, time] = leaf.split("\t");
    const row = { what, number, time, early: false };
    if (BACK.has(what)) waiting.set(number, row);
    else if (what === "called") {
      const [first] = [...waiting.keys()].filter((one) => one[0] === number[0]);
      row.early = first !== undefined && first !== number;
      waiting.delete(number);
    } else if (what !== AGAIN && what !== "recalled") waiting.delete(number);
    return row;
  });
}

/** How many numbers were given out before the leaf at `index`, and what has become of them by now. */
export function before(leaves, index) {
  const earlier = leaves.slice(0, index).filter((leaf) => leaf.startsWith("issued\t")).map((leaf) => leaf.split("\t")[1]);
  const last = new Map(leaves.map((leaf) => leaf.split("\t").slice(0, 2).reverse()));
  const states = earlier.map((number) => last.get(number));
  const count = (...names) => states.filter((state) => names.includes(state)).length;
  const done = count("done");
  const gone = count("cancelled", "no_show", "expired");
  return { given: earlier.length, done, gone, here: earlier.length - done - gone };
}
