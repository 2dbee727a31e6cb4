/** What the counters can finish by closing, beside the cap: said, drawn, and taken over by a press. It never changes a
 * cap by itself. */
import { all, make, one, say } from "../../js/dom.js";
import { clock, lang, number, t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { drawCurve } from "./curve.js";
import { page } from "./supervising.js";

const AGAIN_MS = 60_000;
const known = new Map(); // by session: what was advised, of which state, and when
const wanted = new Set(); // sessions beside the one of now that somebody asked about
let counters = [];
let current = null;
let now = "";
let takeOver = () => {};

export function wireAdvice(take) {
  takeOver = take;
}

/** Who sits where, and the session of now: what an advice hangs on besides the session itself. */
export function standing(queue) {
  counters = queue.counters.map(({ counter, state, fields }) => [counter, state, fields]);
  current = queue.session.id;
  now = queue.time;
}

const percent = (n) => (lang === "vi" ? `${number(n)}\u00a0%` : `${number(n)}%`);

export function share(probability) {
  if (probability > 0.995 && probability < 1) return t("advice_over", { share: percent(99) });
  if (probability > 0 && probability < 0.005) return t("advice_under", { share: percent(1) });
  return percent(Math.round(probability * 100));
}

/** The advice of one session into its box; asked for again when counters or caps have changed, and every minute. */
export async function advise(box, session) {
  const over = session.state === "closed" || session.state === "none";
  box.hidden = over;
  if (over) return;
  const empty = session.id === current && session.service_from <= now && counters.every(([, state]) => state !== "open");
  if (empty) return nobody(box, session);
  if (session.id !== current && !wanted.has(session.id)) return offer(box, session);
  const state = JSON.stringify([counters, session.cap, session.field_caps, session.state]);
  const kept = known.get(session.id);
  if (kept?.state === state && Date.now() - kept.at < AGAIN_MS) return draw(box, session, kept.advice);
  known.set(session.id, { state, at: Date.now(), advice: kept?.advice });
  try {
    const { data } = await api("GET", `/api/v1/sites/${page.site}/sessions/${session.id}/advice`, { as: "staff" });
    if (known.get(session.id).state !== state) return;
    known.get(session.id).advice = data;
    if (box.isConnected) draw(box, session, data);
  } catch {
    known.delete(session.id); // the next look asks again
  }
}

function nobody(box, session) {
  known.delete(session.id);
  box.replaceChildren(make("p", { class: "advice__said advice__said--warn" }, t("advice_none")));
  glance(session, t("advice_none"), []);
}

function offer(box, session) {
  if (box.querySelector("[data-work-out]")) return;
  const button = make("button", { class: "button button--quiet", type: "button", "data-work-out": true }, t("advice_work_out"));
  button.addEventListener("click", () => {
    wanted.add(session.id);
    advise(box, session);
  });
  box.replaceChildren(button);
}

function said(advice, session) {
  const begun = session.service_from <= advice.time;
  return t(begun ? "advice_now" : "advice_then", facts(advice));
}

function facts(advice) {
  return { n: number(advice.open_counters), advised: number(advice.advised), close: clock(advice.closes_at), share: share(advice.confidence) };
}

function draw(box, session, advice) {
  if (!advice) return;
  const sentence = said(advice, session);
  const warnings = warningsOf(advice);
  if (session.id === current) glance(session, sentence, warnings);
  const drawn = JSON.stringify([advice, session.cap]);
  if (box.dataset.drawn === drawn) return;
  box.dataset.drawn = drawn;
  const open = box.querySelector("details")?.open ?? false;
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.take !== undefined : false;
  box.replaceChildren(
    make("p", { class: "advice__said" }, sentence),
    ...warnings.map((text) => make("p", { class: "advice__warning" }, text)),
    ...more(advice, session).map((text) => make("p", { class: "soft" }, text)),
    ...(advice.advised === session.cap ? [] : [takeButton(advice, session)]),
    details(advice, open),
  );
  if (focused) box.querySelector("[data-take]")?.focus();
}

/** A sentence each; fields that nobody calls and nobody waits for yet stand in one. */
function warningsOf(advice) {
  const idle = advice.warnings.filter((one) => one.code === "field_without_counter" && !one.waiting);
  const others = advice.warnings.filter((one) => !idle.includes(one));
  const joined = idle.length ? [{ ...idle[0], name: idle.map((one) => one.name).join(", ") }] : [];
  return [...others, ...joined].map((warning) => {
    const kind = warning.waiting ? "_waiting" : warning.code === "cap_not_finished" && warning.field ? "_field" : "";
    const key = warning.code === "no_counter" ? "advice_none" : `advice_${warning.code}${kind}`;
    return t(key, { name: warning.name, n: number(warning.waiting), close: clock(advice.closes_at), time: clock(warning.at) });
  });
}

function more(advice, session) {
  const lines = [];
  if (session.cap !== null) {
    const told = { cap: number(session.cap), share: share(advice.finish_probability), time: clock(advice.expected_end) };
    lines.push(t(advice.expected_end ? "advice_cap" : "advice_cap_never", told));
  }
  const best = advice.one_more.reduce((top, one) => (one.advised > (top?.advised ?? advice.advised) ? one : top), null);
  if (best) lines.push(t("advice_more", { ...best, advised: number(best.advised) }));
  return lines;
}

function takeButton(advice, session) {
  const button = make("button", { class: "button button--quiet", type: "button", "data-take": true }, t("advice_take", { advised: number(advice.advised) }));
  button.addEventListener("click", () => takeOver(session.id, advice.advised, t("advice_reason", facts(advice))));
  return make("p", { class: "row" }, button);
}

function details(advice, open) {
  const node = make("details", { open }, make("summary", {}, t("advice_details")), drawCurve(advice, share), table(advice), basis(advice));
  node.open = open;
  return node;
}

function table(advice) {
  const head = ["advice_field", "advice_counters", "advice_can", "advice_chance"];
  return make("div", { class: "table-wrap" }, make("table", { class: "table" },
    make("thead", {}, make("tr", {}, ...head.map((key, place) => make("th", { scope: "col", class: place ? "num" : null }, t(key))))),
    make("tbody", {}, ...advice.fields.map((field) => make("tr", {},
      make("th", { scope: "row" }, field.name),
      make("td", { class: "num" }, number(field.open_counters)),
      make("td", { class: "num" }, number(field.advised)),
      make("td", { class: "num" }, field.finish_probability === null ? "–" : share(field.finish_probability)))))));
}

function basis(advice) {
  const { visits, since } = advice.basis;
  const day = since?.split("-").reverse().join("/");
  return make("p", { class: "soft" }, since ? t("advice_basis", { n: number(visits), date: day }) : t("advice_basis_none"));
}

/** The same sentence and warnings on top, where the day is seen at a glance. */
function glance(session, sentence, warnings) {
  if (session.id !== current) return;
  say(one("[data-advised]"), sentence);
  const list = one("[data-advised-warnings]");
  if (all("li", list).map((node) => node.textContent).join() === warnings.join()) return;
  list.replaceChildren(...warnings.map((text) => make("li", {}, text)));
}
