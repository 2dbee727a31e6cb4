/** Alarms in words: what is wrong, and what to do about it. */
import { make } from "../../js/dom.js";
import { number, t } from "../../js/texts.js";

const minutes = (seconds) => number(Math.floor(seconds / 60));

function values(alarm) {
  return {
    ...alarm, n: number(alarm.waiting ?? 0), min: minutes(alarm.for_s ?? 0), goal: minutes(alarm.goal_s ?? 0),
    usual: number(Math.round((alarm.usual_s ?? 0) / 60)),
  };
}

/** Fills `box`, each kind once with what to do about it; what stands there already is left alone, so that a screen reader hears an alarm once. */
export function drawAlarms(box, alarms) {
  const kinds = [...new Set(alarms.map((alarm) => alarm.kind))];
  const texts = kinds.map((kind) =>
    [kind, alarms.filter((alarm) => alarm.kind === kind).map((alarm) => t(`alarm_${kind}`, values(alarm))), t(`do_${kind}`)]);
  const drawn = JSON.stringify(texts);
  if ((box.dataset.drawn ?? "[]") === drawn) return;
  box.dataset.drawn = drawn;
  box.replaceChildren(...texts.map(([kind, what, todo]) => make("div", { class: `banner alarm alarm--${kind}`, "data-alarm": kind },
    ...what.map((text) => make("p", { class: "alarm__what", title: `${text} ${todo}` }, text)), make("p", { class: "alarm__todo" }, todo))));
}
