/** The day's ledger: its root computed here, its lines in words, and a paper verified against them. */
import { api } from "./api.js";
import { make, one, put, say } from "./dom.js";
import { named, rootOf, story } from "./merkle.js";
import { clock, pageData, t } from "./texts.js";

const { site, day } = pageData("ledger");
const MOST_SHOWN = 2000;
const ON_PAPER = 8;
let leaves = [];

const words = (row) => t(row.early ? "early" : `did_${row.what}`);

function draw() {
  const rows = story(leaves).reverse().slice(0, MOST_SHOWN);
  const list = one("#lines");
  list.setAttribute("start", String(leaves.length));
  list.replaceChildren(
    ...rows.map((row) => make("li", {}, `${clock(row.time)} `, make("strong", {}, row.number), ` ${words(row)}`)),
  );
}

async function look() {
  const { data } = await api("GET", `/api/v1/sites/${site}/ledger/${day}`);
  const text = await (await fetch(`/api/v1/sites/${site}/checkpoint`, { cache: "no-store" })).text();
  leaves = data.items;
  const root = rootOf(leaves);
  const kept = named(text);
  // Numbers go on being given: the checkpoint, which came later, may know of more.
  const holds = root === data.root && (kept.size > leaves.length || kept.root === root);
  say(one("#size"), leaves.length);
  say(one("#root"), root);
  say(one("#checkpoint"), text);
  put("#said", t(holds ? "root_holds" : "root_differs"));
  one("#said").classList.toggle("banner--bad", !holds);
  draw();
}

function verdict(number, digits) {
  const place = leaves.findIndex((leaf) => leaf.startsWith(`issued\t${number}\t`));
  if (place < 0) return ["not_there", { number }, false];
  const before = rootOf(leaves.slice(0, place)).slice(0, ON_PAPER);
  const rank = leaves.slice(0, place + 1).filter((leaf) => leaf.startsWith("issued\t")).length;
  if (before !== digits) return ["paper_differs", { number, digits: before }, false];
  return [Number(leaves[place].split("\t")[2].slice(11, 13)) < 12 ? "rank_morning" : "rank", { number, rank }, true];
}

one("#paper").addEventListener("submit", async (event) => {
  event.preventDefault();
  await look();
  const typed = new FormData(event.target);
  const [text, values, holds] = verdict(
    typed.get("number").trim().toUpperCase(), typed.get("digits").trim().toLowerCase(),
  );
  put("#verdict", t(text, values));
  one("#verdict").classList.toggle("banner--bad", !holds);
});

look().catch(() => put("#said", t("unreached")));
