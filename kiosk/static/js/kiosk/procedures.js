/** The site's procedures and what today's plan says of each, in both languages; renewed whenever that may differ. */
import { api, inTurn } from "../api.js";
import { page } from "./words.js";

const FRESH_MS = 60_000;
const SPOKEN = ["name", "processing_time", "legal_base", "deferred_until", "bring"];

let known = page.procedures;
let read = 0;
const newest = inTurn();

export const procedures = (field = "") => known.filter((one) => !field || one.field === field);
export const procedureOf = (code) => known.find((one) => one.code === code);

/** The ways besides the counter that are open today: the plan's, else the site's own. */
export const openWays = ({ board }) => board.policy?.alternatives ?? known[0]?.alternatives ?? page.ways;

/** `thing`'s text `key` in `lang`; Vietnamese stands in where there is no other. */
export const spoken = (thing, key, lang) => (lang === "en" && thing[`${key}_en`]) || thing[key];

/** What decides about a board: another plan, or the portal gone or back, asks for the procedures anew. */
export const planKey = (board) => [board.policy?.version, board.policy?.alternatives.portal_down].join(" ");

export async function loadProcedures() {
  read = Date.now();
  try {
    const ask = (lang) => api("GET", `/api/v1/sites/${page.site.code}/procedures?lang=${lang}`);
    const lists = await newest(() => Promise.all(["vi", "en"].map(ask)));
    if (!lists) return;
    const [vi, en] = lists;
    const english = new Map(en.data.items.map((one) => [one.code, one]));
    known = vi.data.items.map((one) => ({
      ...one,
      ...Object.fromEntries(SPOKEN.map((key) => [`${key}_en`, english.get(one.code)?.[key]])),
    }));
  } catch {
    // the list that the page came with stands until the connection returns
  }
}

/** Lists change during a plan (a decision adds procedures), a province may change its plan for its units. */
export const isStale = () => Date.now() - read > FRESH_MS;
