/** Alarms in words: what is wrong, and what to do about it. */
import { make } from "../../js/dom.js";
import { clock, number, t } from "../../js/texts.js";

// Nobody waits yet: it is said quietly, and is no alarm.
const AHEAD = ["unopened", "paper_low", "uncalled", "cap_not_finished", "field_cap_not_finished", "session_overruns"];

const minutes = (seconds) => number(Math.floor(seconds / 60));

function values(alarm) {
  return {
    ...alarm, n: number(alarm.waiting ?? 0), min: minutes(alarm.for_s ?? 0), goal: minutes(alarm.goal_s ?? 0),
    usual: number(Math.round((alarm.usual_s ?? 0) / 60)), at: clock(alarm.at),
    state: alarm.kind === "printer_down" ? t(`state_${alarm.state}`) : alarm.state,
  };
}

/** One sentence for a kind: of several alarms their sum, with a list of what they are about. */
function sentences(kind, found) {
  const many = `alarm_${kind}_many`;
  if (found.length === 1 || t(many) === many) return found.map((alarm) => t(`alarm_${kind}`, values(alarm)));
  const n = number(found.reduce((sum, alarm) => sum + (alarm.waiting ?? 0), 0));
  const list = found.map((alarm) => t(`alarm_${kind}_each`, values(alarm))).join("; ");
  return [t(many, { ...values(found[0]), n, count: number(found.length), list })];
}

/** Fills `box`, each kind once with what to do about it; what stands there already is left alone, so that a screen reader hears an alarm once. */
export function drawAlarms(box, alarms) {
  const kinds = [...new Set(alarms.map((alarm) => alarm.kind))];
  const texts = kinds.map((kind) => [kind, sentences(kind, alarms.filter((alarm) => alarm.kind === kind)), t(`do_${kind}`)]);
  const drawn = JSON.stringify(texts);
  if ((box.dataset.drawn ?? "[]") === drawn) return;
  box.dataset.drawn = drawn;
  box.replaceChildren(...texts.map(([kind, what, todo]) => make("div", { class: `banner alarm alarm--${kind}`, [AHEAD.includes(kind) ? "data-ahead" : "data-alarm"]: kind },
    ...what.map((text) => make("p", { class: "alarm__what", title: `${text} ${todo}` }, text)), make("p", { class: "alarm__todo" }, todo))));
}
