/** Sitting down at a counter, taking it over, leaving it. */
import { make, one, say, show } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { ask } from "./ask.js";
import { base, changed, page, seat, sitAt, state } from "./state.js";
import { act, explain, refresh, tell } from "./verbs.js";

const movers = [];
let had = null;

/** Everybody who is told when this page turns to another counter: its live connection must follow. */
export function onMove(listener) {
  movers.push(listener);
}

export async function openSeat(number) {
  const counter = page.counters.find((c) => c.counter === number);
  const current = seat();
  const chosen = current ?? counter;
  const answered = await ask({
    title: t("open_title", { counter: number }), action: t("open"),
    fields: [
      { name: "fields", label: t("fields"), type: "checks", value: chosen.fields, options: page.fields.map(option) },
      { name: "services", label: t("services"), type: "checks", value: chosen.services, options: page.services.map(option) },
    ],
  });
  if (answered) await open(number, { fields: answered.fields, services: answered.services });
}

const option = ({ code, name }) => ({ value: code, label: name });

async function open(number, body) {
  try {
    await api("POST", `${base}/counters/${number}/open`, { body, as: "staff" });
  } catch (problem) {
    if (problem.data?.reason !== "counter_taken") return explain(problem);
    return takeOver(number, body, problem.data.holder);
  }
  return moveTo(number, t("now_open"));
}

async function takeOver(number, body, holder) {
  const answered = await ask({
    title: t("takeover_title", { who: holder || t("someone"), counter: number }),
    text: t("takeover_text"), action: t("takeover"), danger: true,
  });
  if (answered) await open(number, { ...body, takeover: true });
}

export async function moveTo(number, words) {
  had = null;
  sitAt(number);
  await refresh();
  movers.forEach((listener) => listener());
  changed();
  if (words) tell(words);
}

export async function continueSeat() {
  const { fields, services } = seat();
  const answer = await act("open", { fields, services }, { expect: false });
  if (answer) tell(t("now_open"));
}

export async function closeSeat() {
  const counter = state.counter;
  const answered = await ask({ title: t("close_title", { counter }), text: t("close_text"), action: t("close") });
  if (!answered) return;
  const answer = await act("close", {}, { expect: false });
  if (answer) await moveTo(null, t("now_closed"));
}

/** Draws the choice of counters, and says who took ours when it was taken. */
export function drawSit() {
  const here = seat();
  const lost = one("[data-lost]");
  if (here) {
    had = { counter: here.counter };
    return;
  }
  const counter = state.queue.counter;
  if (had && counter?.counter === had.counter) {
    say(lost, counter.state === "closed" ? t("was_closed", had) : t("was_taken_over", { who: counter.holder_name || t("someone"), ...had }));
    show(lost, true);
  } else if (!had) {
    show(lost, false);
  }
  const list = one("[data-counters]");
  const signature = JSON.stringify([state.queue.counters.map((c) => [c.counter, c.state]), state.queue.sitting]);
  if (list.dataset.drawn === signature) return;
  list.dataset.drawn = signature;
  list.replaceChildren(...state.queue.counters.map(choice));
}

function choice(counter) {
  const sitting = state.queue.sitting?.[counter.counter];
  const mine = sitting?.holder === page.me;
  const names = [...counter.fields.map((code) => nameOf(page.fields, code)), ...counter.services.map((code) => nameOf(page.services, code))];
  const button = make("button", { class: "choice", type: "button", "data-counter": counter.counter },
    make("span", { class: "choice__name" }, t("counter", counter), counter.name ? ` · ${counter.name}` : ""),
    make("span", { class: "choice__note" }, names.join(", ")),
    make("span", { class: `badge ${sitting && !mine ? "badge--warn" : "badge--good"}` },
      sitting ? t("held_by", { who: sitting.holder_name || t("someone") }) : t("free")));
  button.addEventListener("click", () => (mine ? moveTo(counter.counter) : openSeat(counter.counter)));
  return make("li", {}, button);
}

export const nameOf = (list, code) => list.find((thing) => thing.code === code)?.name ?? code;
