/** The steps of a visit at the console: what each asks first, what it sends, what it says afterwards. */
import { number, t } from "../../js/texts.js";
import { ask, reasonFields, reasonOf } from "./ask.js";
import { isFar, isNext } from "./ordering.js";
import { emptyReceipt, hasEntries, receipt } from "./receipt.js";
import { continueSeat } from "./sit.js";
import { now, page, seat, state, ticket } from "./state.js";
import { act, actOnSite, explain, tell } from "./verbs.js";

export async function callNext() {
  // Calling the next ends the visit that is here, but says nothing of the post: what was entered goes first.
  if (ticket() && hasEntries() && !(await finish())) return;
  const answer = await act("call-next");
  if (!answer) return;
  emptyReceipt();
  if (answer.status === 204) tell(t("nobody_waits"), "warn");
  else tell(t("now_called", answer.data));
}

export const gapLeft = () => (ticket()?.recall_at ? Math.max(0, Math.ceil((Date.parse(ticket().recall_at) - now()) / 1000)) : 0);

export async function recall() {
  const here = ticket();
  if (here.state !== "called") return tell(t("must_be_called", here), "warn");
  if (here.calls >= here.max_calls) return tell(t("calls_used", { n: here.calls }), "warn");
  if (gapLeft() > 0) return tell(`${t("recall")}: ${t("gap", { s: gapLeft() })}`, "warn");
  const answer = await act("recall");
  return answer && tell(t("now_recalled", answer.data));
}

export async function start() {
  const answer = await act("start");
  if (answer) tell(t("now_serving", answer.data));
}

export async function finish() {
  const body = receipt();
  if (!body || !(await isMeant(body.dossiers))) return null;
  const answer = await act("finish", body);
  if (!answer) return null;
  emptyReceipt();
  tell(t("now_done", answer.data));
  return answer;
}

/** A count far from the ticket's is asked about: it may be a slip of the hand, or what a scanner typed. */
async function isMeant(dossiers) {
  const here = ticket();
  if (dossiers === undefined || !here || !isFar(dossiers, here.dossiers)) return true;
  const answered = await ask({
    title: t("far_title", { n: number(dossiers) }), text: t("far_text", { number: here.number, n: number(here.dossiers) }),
    action: t("far_yes", { n: number(dossiers) }), careful: true,
  });
  return Boolean(answered) && still(here.number);
}

export async function noShow() {
  const here = ticket();
  if (here.state !== "called") return tell(t("must_be_called", here), "warn");
  const answer = await act("no-show");
  return answer && tell(t("now_absent", answer.data));
}

export async function hold() {
  const here = ticket();
  const answered = await ask({
    title: t("hold_title", here), action: t("hold"),
    fields: reasonFields([t("hold_papers"), t("hold_fee"), t("hold_form")]),
  });
  if (!answered || !still(here.number)) return;
  const answer = await act("hold", { reason: reasonOf(answered) });
  if (answer) tell(t("now_held", answer.data));
}

export async function transfer() {
  const here = ticket();
  const fields = here.service === "submit" ? page.fields.filter((field) => field.code !== here.field) : [];
  const options = [
    { value: "", label: t("transfer_choose") },
    ...fields.map((field) => ({ value: `field:${field.code}`, label: t("to_field", field) })),
    ...page.counters.filter((c) => c.counter !== state.counter)
      .map((c) => ({ value: `counter:${c.counter}`, label: t("to_counter", c).trim() })),
  ];
  const answered = await ask({
    title: t("transfer_title", here), action: t("transfer"),
    fields: [{ name: "to", label: t("transfer_to"), type: "select", value: "", required: true, options }],
  });
  if (!answered || !still(here.number)) return;
  const [kind, code] = answered.to.split(/:(.*)/);
  const answer = await act("transfer", kind === "field" ? { field: code } : { counter: Number(code) });
  if (answer) tell(t("now_transferred", answer.data));
}

/** While a dialog was open, another screen may have moved on: then the question is void. */
function still(shownThen) {
  if (ticket()?.number === shownThen) return true;
  tell(t("moved_on"), "warn");
  return false;
}

export async function undo() {
  const until = state.queue.counter?.undo_until;
  if (!until || Date.parse(until) < now()) return tell(t("nothing_to_undo"), "warn");
  const answer = await act("undo");
  return answer && tell(t("now_undone", answer.data));
}

/** People go on being told a time for a counter whose officer says when he is back. */
function backField() {
  const options = [{ value: "", label: t("back_unknown") }, ...[5, 10, 15, 30, 60].map((n) => ({ value: String(n), label: t("back_in", { n }) }))];
  return { name: "minutes", label: t("back_when"), type: "select", value: "", options };
}

export async function pause() {
  if (seat().state === "paused") return continueSeat();
  const answered = await ask({
    title: t("pause_title"), text: t("pause_text"), action: t("pause"),
    fields: [...reasonFields([t("reason_break"), t("reason_meeting"), t("reason_fault")]), backField()],
  });
  if (!answered) return null;
  const minutes = Number(answered.minutes) || null;
  const answer = await act("pause", { reason: reasonOf(answered), minutes }, { expect: false });
  return answer && tell(t("now_paused"));
}

/** The first in line is simply called; anybody else out of turn, with a reason. */
export async function call(waiting) {
  if (!isNext(state.queue, waiting)) return callOutOfTurn(waiting);
  let moved = false;
  const answer = await callThis({ number: waiting }, (problem) => {
    moved = problem.status === 422;
    return moved ? null : explain(problem);
  });
  return moved ? callOutOfTurn(waiting) : answer;
}

async function callOutOfTurn(waiting) {
  const lines = [t("out_text")];
  if (ticket()) lines.push(t("out_ends", ticket()));
  const before = ticket()?.number;
  const answered = await ask({
    title: t("out_title", { number: waiting }), lines, action: t("out"),
    fields: [{ name: "reason", label: t("reason"), hint: t("reason_hint"), required: true, maxlength: 200 }],
  });
  if (!answered || (before && !still(before))) return null;
  return callThis({ number: waiting, reason: answered.reason });
}

async function callThis(body, onProblem) {
  if (ticket() && hasEntries() && !(await finish())) return null;
  const answer = await act("call", body, { onProblem });
  if (!answer) return null;
  emptyReceipt();
  tell(t("now_called", answer.data));
  return answer;
}

/** Takes a finished number back; the reason stands in the journal. */
export async function reopen(done) {
  if (ticket()) return tell(t("reopen_busy", ticket()), "warn");
  const answered = await ask({
    title: t("reopen_title", { number: done }), text: t("reopen_text"), action: t("reopen_do"),
    fields: reasonFields([t("reopen_slip"), t("reopen_more")]),
  });
  return answered && takeBack(done, reasonOf(answered));
}

/** A supervisor may take back any number of today, whoever finished it. */
export async function reopenAny() {
  if (ticket()) return tell(t("reopen_busy", ticket()), "warn");
  const answered = await ask({
    title: t("reopen_any"), text: t("reopen_text"), action: t("reopen_do"),
    fields: [
      { name: "number", label: t("number"), required: true, maxlength: 16 },
      ...reasonFields([t("reopen_slip"), t("reopen_more")]),
    ],
  });
  return answered && takeBack(answered.number, reasonOf(answered));
}

async function takeBack(done, reason) {
  const answer = await act("reopen", { number: done, reason });
  return answer && tell(t("now_reopened", answer.data));
}

const shown = () => ({ expect: ticket()?.number ?? null });

export async function resume(away) {
  const answer = await act("resume", { number: away });
  if (answer) tell(t("now_resumed", answer.data));
}

export async function requeue(away) {
  const answer = await actOnSite(`tickets/${encodeURIComponent(away)}/requeue`, shown());
  if (answer) tell(t("now_requeued", answer.data));
}

export async function cancel(waiting) {
  const answered = await ask({
    title: t("cancel_title", { number: waiting }), text: t("cancel_text"), action: t("cancel"), danger: true,
    fields: [{ name: "reason", label: t("reason"), hint: t("reason_hint"), required: true, maxlength: 200 }],
  });
  if (!answered) return;
  const answer = await actOnSite(`tickets/${encodeURIComponent(waiting)}/cancel`, { reason: answered.reason, ...shown() });
  if (answer) tell(t("now_cancelled", answer.data));
}
