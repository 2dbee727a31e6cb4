/** That one's own number stands in the day's ledger, computed on this phone. */
import { api } from "./api.js";
import { put } from "./dom.js";
import { before, named, proves, rootOf } from "./merkle.js";
import { t } from "./texts.js";

const NOON = 12;
const ON_PAPER = 8;

/** Whether the proof leads from this number to the root that is signed. */
function holds(proof, number) {
  const signed = named(proof.checkpoint);
  const [what, told] = proof.leaf.split("\t");
  return what === "issued" && told === number && proves(proof) && signed.size === proof.size && signed.root === proof.root;
}

async function look(ticket) {
  const { data: proof } = await api("GET", `/api/v1/tickets/${ticket.code}/proof`);
  const day = proof.leaf.split("\t")[2].slice(0, 10);
  const { data: ledger } = await api("GET", `/api/v1/sites/${ticket.site}/ledger/${day}`);
  const same = ledger.items[proof.index] === proof.leaf && rootOf(ledger.items.slice(0, proof.size)) === proof.root;
  if (!same || !holds(proof, ticket.number)) return [t("proof_differs")];
  const { given, done, gone, here } = before(ledger.items, proof.index);
  const morning = Number(proof.leaf.split("\t")[2].slice(11, 13)) < NOON;
  return [
    t(morning ? "rank_morning" : "rank", { number: ticket.number, rank: given + 1 }),
    given ? t("given_before", { given, done, gone, here }) : "",
    t("on_paper", { digits: rootOf(ledger.items.slice(0, proof.index)).slice(0, ON_PAPER) }),
  ];
}

export async function prove(ticket, button) {
  button.disabled = true;
  try {
    const [first, second = "", third = ""] = await look(ticket);
    put("#proof-said", first);
    put("#proof-before", second);
    put("#proof-paper", third);
  } catch {
    put("#proof-said", t("unreached"));
  }
  button.disabled = false;
}
