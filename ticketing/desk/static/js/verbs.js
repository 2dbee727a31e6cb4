/** Every step goes to the API with the number on the screen and a key of its own; a refusal is told. */
import { Problem, inTurn } from "../../js/api.js";
import { one, say } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { call as api, toLogin } from "./again.js";
import { accept, base, changed, page, state, ticket } from "./state.js";

const MILD = ["conflict", "too_early", "counter_closed", "session_closed"];

/** Says what happened; `kind` is good, warn or bad. */
export function tell(text, kind = "good") {
  const said = one("[data-said]");
  said.className = `said said--${kind}`;
  say(said, "");
  say(said, text);
}

/** 32 hex digits; crypto.randomUUID is missing on plain http in a local network. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function explain(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401 && !problem.stay) return toLogin();
  const own = { 0: t("unanswered"), 403: problem.data?.reason ? "" : t("no_right"), 429: t("rate_limited") }[problem.status];
  return tell(own || (problem.detail || t("refused")), MILD.includes(problem.code) ? "warn" : "bad");
}

const asked = inTurn();

/** The present state from the server, past the socket. */
export async function refresh() {
  const counter = state.counter;
  const query = counter === null ? "" : `?counter=${counter}`;
  try {
    const answer = await asked(() => api("GET", `/${page.site}/counter/queue.json${query}`, { as: "staff" }));
    if (answer && counter === state.counter) accept(answer.data);
  } catch (problem) {
    if (problem.status === 401 && !problem.stay) toLogin();
  }
}

/** POST with one silent second try under the same key, so that a lost answer never doubles a step. */
async function post(path, body) {
  const options = { body, as: "staff", key: newKey() };
  try {
    return await api("POST", path, options);
  } catch (problem) {
    if (problem.status !== 0) throw problem;
    return api("POST", path, options);
  }
}

/** Runs `step` alone: a second key while one is on its way does nothing. Null when it was refused. */
async function alone(step, onProblem = explain) {
  if (state.busy) return null;
  state.busy = true;
  changed();
  try {
    return await step();
  } catch (problem) {
    await onProblem(problem);
    return null;
  } finally {
    await refresh();
    state.busy = false;
    changed();
  }
}

/** A verb of this counter. With `expect`, the server refuses when another number is there by now. */
export function act(verb, body = {}, { expect = true, onProblem } = {}) {
  const shown = ticket()?.number ?? null;
  const path = `${base}/counters/${state.counter}/${verb}`;
  return alone(() => post(path, expect ? { ...body, expect: shown } : body), onProblem);
}

/** A verb of the site's tickets: issue, requeue, cancel. */
export const actOnSite = (path, body, onProblem) => alone(() => post(`${base}/${path}`, body), onProblem);
