/** Draws the console from the state: the number at the counter, the lists, the head. */
import { all, make, one, say, show } from "../../js/dom.js";
import { clock, number, t } from "../../js/texts.js";
import { drawAlarms } from "./alarms.js";
import { nameOfKey } from "./keysdialog.js";
import { unfolded } from "./more.js";
import { called, elsewhere } from "./ordering.js";
import { followTicket } from "./receipt.js";
import { drawSit, nameOf } from "./sit.js";
import { now, page, seat, state, ticket } from "./state.js";
import { call, cancel, gapLeft, reopen, requeue, resume } from "./steps.js";

export function draw() {
  const here = seat();
  all("[data-part]").forEach((part) => show(part, (part.dataset.part === "work") === Boolean(here)));
  one("#main").dataset.screen = here ? "work" : "sit";
  one("#main").setAttribute("aria-busy", state.busy || state.held);
  drawSit();
  drawHead(here);
  drawStop(state.queue.emergency, state.queue.clock_held);
  if (!here) return;
  followTicket();
  drawNow();
  drawButtons(here);
  drawList("waiting", [[t("out"), "out", call], [t("cancel_short"), "cancel", cancel]]);
  drawList("held", [[t("resume"), "resume", resume], [t("requeue"), "requeue", requeue]]);
  drawList("absent", [[t("resume"), "resume", resume], [t("requeue"), "requeue", requeue]]);
  drawList("finished", [[t("reopen_do"), "reopen", reopen]]);
  drawAlarms(one("[data-alarms]"), state.queue.alarms);
  drawTimes();
}

function drawStop(stop, clockHeld) {
  show(one("[data-stop-line]"), Boolean(stop) || clockHeld);
  one("[data-stop-line]").toggleAttribute("data-evacuate", Boolean(stop?.evacuate));
  if (!stop && clockHeld) say(one("[data-stop-line]"), t("clock_line"));
  if (stop) say(one("[data-stop-line]"), `${t("stopped_now", { time: clock(stop.since) })} ${stop.text}`);
}

function drawHead(here) {
  const badge = one("[data-counter-state]");
  if (here) {
    const own = page.counters.find((counter) => counter.counter === here.counter);
    say(one("[data-counter-name]"), t("counter", here) + (own?.name ? ` · ${own.name}` : ""));
    const paused = here.state === "paused";
    say(badge, paused ? (here.reason ? t("paused_because", here) : t("paused")) : t("open_state"));
    badge.className = `badge badge--${paused ? "warn" : "good"}`;
  } else {
    say(one("[data-counter-name]"), t("choose"));
  }
  show(badge, Boolean(here));
  const session = state.queue.session;
  say(one("[data-session-name]"), session.title ?? "");
  const status = one("[data-session-state]");
  say(status, t(`session_${session.state}`));
  status.className = `badge ${session.state === "open" ? "badge--good" : "badge--warn"}`;
  say(one("[data-session-left]"), session.id === null ? "" : session.remaining === null ? t("session_no_cap") : t("left_all", { n: number(session.remaining) }));
}

function drawNow() {
  const here = ticket();
  const big = one("[data-number]");
  say(big, here ? here.number : "–");
  const badge = one("[data-ticket-state]");
  big.classList.toggle("now__number--none", !here);
  say(badge, here ? t(here.state) : t("nobody_here"));
  badge.className = `badge ${here?.state === "serving" ? "badge--good" : here ? "badge--brand" : ""}`;
  const mark = one("[data-priority]");
  show(mark, Boolean(here?.priority));
  say(mark, here?.priority_name || t("priority"));
  show(one("[data-applicant]"), here?.applicant === "organisation");
  say(one("[data-field]"), here ? here.field_name || here.service_name : "");
  say(one("[data-procedure]"), here?.procedure_name ?? "");
  say(one("[data-dossiers]"), here ? t("dossiers", { n: here.dossiers }) : "");
  show(one(".now__timer"), Boolean(here));
}

function drawButtons(here) {
  const at = ticket();
  const paused = here.state === "paused";
  for (const button of all(".verb")) {
    const verb = button.dataset.verb;
    say(button.querySelector(".key"), nameOfKey(verb));
    button.setAttribute("aria-disabled", dead(verb, at, paused));
  }
  for (const verb of ["scan", "reprint"]) say(one(`[data-key="${verb}"]`), nameOfKey(verb));
  say(one('[data-verb="next"] .verb__text'), at ? t("next_ends", at) : t("next_plain"));
  say(one('[data-verb="pause"] .verb__text'), paused ? t("reopen") : t("pause"));
}

function dead(verb, at, paused) {
  if (verb === "pause" || verb === "issue") return false;
  if (paused) return true;
  if (state.queue.emergency && (verb === "next" || verb === "recall")) return true;
  if (verb === "next") return false;
  if (verb === "undo") return !undoLeft() || Boolean(at);
  if (!at) return true;
  if (verb === "recall") return at.state !== "called" || at.calls >= at.max_calls || gapLeft() > 0;
  return (verb === "no-show" || verb === "start") && at.state !== "called";
}

const undoLeft = () => {
  const until = state.queue.counter?.undo_until;
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now()) / 1000)) : 0;
};

const span = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};

/** What moves with the clock alone: timers, gap, undo, waited minutes. Called twice a second. */
export function drawTimes() {
  const here = seat();
  if (!here) return;
  const at = ticket();
  if (at) drawTimer(at);
  say(one("[data-calls]"), at ? t("calls", { n: at.calls, max: at.max_calls }) + (at.state === "called" && gapLeft() > 0 && at.calls < at.max_calls ? ` · ${t("gap", { s: gapLeft() })}` : "") : "");
  say(one('[data-verb="recall"] .verb__text'), at?.state === "called" && at.calls < at.max_calls ? t("recall_n", { n: at.calls + 1, max: at.max_calls }) : t("recall"));
  say(one('[data-verb="undo"] .verb__text'), undoLeft() && !at ? t("undo_s", { s: undoLeft() }) : t("undo"));
  for (const verb of ["recall", "undo"]) {
    one(`.verb[data-verb="${verb}"]`).setAttribute("aria-disabled", dead(verb, at, here.state === "paused"));
  }
  for (const cell of all("[data-since]")) {
    const minutes = Math.floor((now() - Date.parse(cell.dataset.since)) / 60000);
    say(cell, minutes < 1 ? t("just_now") : t("waited", { n: minutes }));
  }
}

function drawTimer(at) {
  const serving = at.state === "serving";
  const passed = now() - Date.parse(serving ? at.started_at : at.last_call_at ?? at.called_at);
  const usual = Math.max(60, at.usual_s ?? 0);
  const bar = one("[data-timer-bar]");
  show(bar, serving);
  bar.max = usual;
  bar.value = serving ? Math.min(usual, Math.max(0, passed / 1000)) : 0;
  const over = serving && passed / 1000 > usual;
  bar.classList.toggle("over", over);
  one("[data-timer]").classList.toggle("over", over);
  const values = { time: span(passed), usual: Math.round(usual / 60) };
  say(one("[data-timer]"), serving ? t(over ? "over_usual" : "of_usual", values) : t("since_call", values));
}

function drawList(name, verbs) {
  const rows = name === "waiting" ? unfolded(state.queue) : state.queue[name];
  say(one(`[data-count="${name}"]`), number(state.queue.counts[name] ?? rows.length));
  show(one(`[data-none="${name}"]`), rows.length === 0);
  show(one(`[data-list="${name}"]`), rows.length > 0);
  if (name === "waiting") {
    drawLeft();
    drawCalled();
    drawMore(state.queue.counts.waiting - rows.length);
  }
  const table = one(`[data-list="${name}"]`);
  const signature = JSON.stringify(rows.map(({ waited_s: _, ...row }) => row));
  if (table.dataset.drawn === signature) return;
  table.dataset.drawn = signature;
  const focused = document.activeElement?.dataset?.row;
  table.tBodies[0].replaceChildren(...rows.map((row, place) => line(name, row, verbs, name === "waiting" && place === 0)));
  if (focused) table.querySelector(`[data-row="${CSS.escape(focused)}"]`)?.focus();
}

function line(name, row, verbs, next) {
  const over = row.ended_at ? t("finished_at", { time: clock(row.ended_at), counter: row.counter }) : "";
  const note = [row.procedure_name, row.reason, over, row.target ? t("for_counter", { counter: row.target }) : ""].filter(Boolean).join(" · ");
  const what = make("td", {}, make("span", { class: "queue__field" }, row.field_name || nameOf(page.services, row.service)),
    row.applicant === "organisation" ? make("span", { class: "badge queue__mark", "data-mark": "organisation" }, t("organisation")) : null,
    row.priority ? make("span", { class: "badge badge--warn queue__mark" }, row.priority_name || t("priority")) : null,
    note ? make("span", { class: "queue__note soft" }, note) : null);
  const buttons = verbs.map(([text, verb, step]) => {
    const button = make("button", {
      class: "link-button", type: "button", "aria-label": `${text} ${row.number}`, "data-row": `${name}:${verb}:${row.number}`,
    }, text);
    button.addEventListener("click", () => !state.busy && step(row.number));
    return button;
  });
  return make("tr", { "data-number-row": row.number },
    make("th", { scope: "row", class: "queue__number" }, row.number,
      next ? make("span", { class: "badge badge--brand queue__next", "data-next": true }, t("next_in_line")) : null), what,
    make("td", { class: "num" }, String(row.dossiers)),
    row.ended_at ? null : make("td", { class: "num", "data-since": row.issued_at }),
    make("td", { class: "queue__verbs" }, ...buttons));
}

/** Which queues this counter calls, and how many wait for others: nobody is to look for people who aren't his. */
function drawCalled() {
  const here = seat();
  const names = called(state.queue, here).map((code) => nameOf([...page.fields, ...page.services], code));
  say(one("[data-called-here]"), names.length ? t("called_here", { names: names.join(", ") }) : t("calls_nothing"));
  const n = elsewhere(state.queue, here);
  show(one("[data-elsewhere]"), n > 0);
  say(one("[data-elsewhere]"), t("wait_elsewhere", { n: number(n) }));
}

function drawMore(left) {
  const button = one("[data-more]");
  show(button.parentElement, left > 0);
  say(button, t("more_waiting", { n: number(left) }));
}

function drawLeft() {
  const own = state.queue.fields.filter((field) => seat().fields.includes(field.code) && field.remaining !== null && field.offered !== false);
  say(one("[data-fields-left]"), own.map((field) => `${nameOf(page.fields, field.code)}: ${t("left", { n: number(field.remaining) })}`).join(" · "));
}
