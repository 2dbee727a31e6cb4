/** What each key and button of the console does: what it asks first, what it sends, what it says afterwards. */
import { one } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { ask, asking, reasonFields, reasonOf } from "./ask.js";
import { issue } from "./issue.js";
import { changeKeys } from "./keysdialog.js";
import { choosePostal, emptyReceipt, hasEntries, openReceipt, receipt, wireReceipt } from "./receipt.js";
import { scanByCamera } from "./camera.js";
import { closeSeat, continueSeat, openSeat } from "./sit.js";
import { now, page, seat, state, ticket } from "./state.js";
import { act, actOnSite, tell } from "./verbs.js";

const STEPS = {
  next: callNext,
  recall,
  start,
  finish,
  "no-show": noShow,
  hold,
  transfer,
  undo,
  pause,
  issue,
  fields: () => openSeat(state.counter),
  close: closeSeat,
  keys: changeKeys,
  scan: scanByCamera,
  "postal-submit": () => choosePostal("submit"),
  "postal-return": () => choosePostal("return"),
  "postal-both": () => choosePostal("both"),
  receipt: openReceipt,
};
const ENTRIES = ["postal-submit", "postal-return", "postal-both", "receipt"];
const HERE = new Set(["recall", "start", "finish", "no-show", "hold", "transfer", ...ENTRIES]);
const WHILE_PAUSED = new Set(["pause", "issue", "close", "keys", "fields", "scan"]);

/** Runs a step if it makes sense on the screen as it stands; says why when it doesn't. */
export function run(verb) {
  const counter = seat();
  if (!counter || state.busy || asking()) return null;
  if (counter.state === "paused" && !WHILE_PAUSED.has(verb)) return tell(t("paused"), "warn");
  if (HERE.has(verb) && !ticket()) return tell(t("nothing_here"), "warn");
  return STEPS[verb]();
}

async function callNext() {
  // Calling the next ends the visit that is here, but says nothing of the post: what was entered goes first.
  if (ticket() && hasEntries() && !(await finish())) return;
  const answer = await act("call-next");
  if (!answer) return;
  emptyReceipt();
  if (answer.status === 204) tell(t("nobody_waits"), "warn");
  else tell(t("now_called", answer.data));
}

export const gapLeft = () => (ticket()?.recall_at ? Math.max(0, Math.ceil((Date.parse(ticket().recall_at) - now()) / 1000)) : 0);

async function recall() {
  const here = ticket();
  if (here.state !== "called") return tell(t("must_be_called", here), "warn");
  if (here.calls >= here.max_calls) return tell(t("calls_used", { n: here.calls }), "warn");
  if (gapLeft() > 0) return tell(`${t("recall")}: ${t("gap", { s: gapLeft() })}`, "warn");
  const answer = await act("recall");
  return answer && tell(t("now_recalled", answer.data));
}

async function start() {
  const answer = await act("start");
  if (answer) tell(t("now_serving", answer.data));
}

async function finish() {
  const body = receipt();
  if (!body) return null;
  const answer = await act("finish", body);
  if (!answer) return null;
  emptyReceipt();
  tell(t("now_done", answer.data));
  return answer;
}

async function noShow() {
  const here = ticket();
  if (here.state !== "called") return tell(t("must_be_called", here), "warn");
  const answer = await act("no-show");
  return answer && tell(t("now_absent", answer.data));
}

async function hold() {
  const { number } = ticket();
  const answered = await ask({
    title: t("hold_title", { number }), action: t("hold"),
    fields: reasonFields([t("hold_papers"), t("hold_fee"), t("hold_form")]),
  });
  if (!answered || !still(number)) return;
  const answer = await act("hold", { reason: reasonOf(answered) });
  if (answer) tell(t("now_held", answer.data));
}

async function transfer() {
  const here = ticket();
  const fields = here.service === "submit" ? page.fields.filter((field) => field.code !== here.field) : [];
  const options = [
    ...fields.map((field) => ({ value: `field:${field.code}`, label: t("to_field", field) })),
    ...page.counters.filter((c) => c.counter !== state.counter)
      .map((c) => ({ value: `counter:${c.counter}`, label: t("to_counter", c).trim() })),
  ];
  const answered = await ask({
    title: t("transfer_title", here), action: t("transfer"),
    fields: [{ name: "to", label: t("transfer_to"), type: "select", options }],
  });
  if (!answered || !still(here.number)) return;
  const [kind, code] = answered.to.split(/:(.*)/);
  const answer = await act("transfer", kind === "field" ? { field: code } : { counter: Number(code) });
  if (answer) tell(t("now_transferred", answer.data));
}

/** While a dialog was open, another screen may have moved on: then the question is void. */
function still(number) {
  if (ticket()?.number === number) return true;
  tell(t("moved_on"), "warn");
  return false;
}

async function undo() {
  const until = state.queue.counter?.undo_until;
  if (!until || Date.parse(until) < now()) return tell(t("nothing_to_undo"), "warn");
  const answer = await act("undo", {}, { expect: false });
  return answer && tell(t("now_undone", answer.data));
}

async function pause() {
  if (seat().state === "paused") return continueSeat();
  const answered = await ask({
    title: t("pause_title"), text: t("pause_text"), action: t("pause"),
    fields: reasonFields([t("reason_break"), t("reason_meeting"), t("reason_fault")]),
  });
  if (!answered) return null;
  const answer = await act("pause", { reason: reasonOf(answered) }, { expect: false });
  return answer && tell(t("now_paused"));
}

export async function callOutOfTurn(number) {
  const lines = [t("out_text")];
  if (ticket()) lines.push(t("out_ends", ticket()));
  const shown = ticket()?.number;
  const answered = await ask({
    title: t("out_title", { number }), lines, action: t("out"),
    fields: [{ name: "reason", label: t("reason"), hint: t("reason_hint"), required: true, maxlength: 200 }],
  });
  if (!answered || (shown && !still(shown))) return;
  const answer = await act("call", { number, reason: answered.reason });
  if (answer) tell(t("now_called", answer.data));
}

export async function resume(number) {
  const answer = await act("resume", { number });
  if (answer) tell(t("now_resumed", answer.data));
}

export async function requeue(number) {
  const answer = await actOnSite(`tickets/${encodeURIComponent(number)}/requeue`, {});
  if (answer) tell(t("now_requeued", answer.data));
}

export async function cancel(number) {
  const answered = await ask({
    title: t("cancel_title", { number }), text: t("cancel_text"), action: t("cancel"), danger: true,
    fields: [{ name: "reason", label: t("reason"), hint: t("reason_hint"), required: true, maxlength: 200 }],
  });
  if (!answered) return;
  const answer = await actOnSite(`tickets/${encodeURIComponent(number)}/cancel`, { reason: answered.reason });
  if (answer) tell(t("now_cancelled", answer.data));
}

export function wireButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verb]");
    if (button) run(button.dataset.verb);
  });
  wireReceipt(() => run("finish"));
}
