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

/** Fills `box`; what stands there already is left alone, so that a screen reader hears an alarm once. */
export function drawAlarms(box, alarms) {
  const texts = alarms.map((alarm) => [alarm.kind, t(`alarm_${alarm.kind}`, values(alarm)), t(`do_${alarm.kind}`)]);
  const drawn = JSON.stringify(texts);
  if ((box.dataset.drawn ?? "[]") === drawn) return;
  box.dataset.drawn = drawn;
  box.replaceChildren(...texts.map(([kind, text, todo]) => make("div", { class: `banner alarm alarm--${kind}`, "data-alarm": kind },
    make("p", { class: "alarm__what" }, text), make("p", { class: "alarm__todo" }, todo))));
}
