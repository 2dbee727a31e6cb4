/** The emergency stop: one button, a question that says what will happen, and the way back. */
import { one, say, show } from "../../js/dom.js";
import { clock, number, t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { ask } from "./ask.js";
import { page, refused, tell } from "./supervising.js";

let queue = null;
let reload = () => {};

export function wireStop(refresh) {
  reload = refresh;
  one("[data-stop-all]").addEventListener("click", () => stop("stop_title", "stop_do"));
  one("[data-stop-change]").addEventListener("click", () => stop("stop_change_title", "stop_change"));
  one("[data-lift]").addEventListener("click", lift);
}

export function drawStopping(newest) {
  queue = newest;
  const found = queue.emergency;
  show(one("[data-stop-all]"), !found);
  show(one("[data-stopped]"), Boolean(found));
  if (!found) return;
  one("[data-stopped]").toggleAttribute("data-evacuate", found.evacuate);
  say(one("[data-stopped-since]"), t("stopped_now", { time: clock(found.since) }));
  say(one("[data-stopped-text]"), found.text_vi);
  say(one("[data-stopped-text-en]"), found.text_en);
}

const unitsBox = (text) => ({ name: "units", label: t("stop_units"), type: "checks", options: [{ value: "units", label: text }] });

/** A choice of what happened writes the usual text into the boxes, which may be changed. */
function fillIn(reason, form) {
  const usual = page.stops.find((each) => each.reason === reason);
  form.elements.text.value = usual.text;
  form.elements.text_en.value = usual.text_en;
}

async function stop(title, action) {
  const said = queue.emergency;
  const [first] = page.stops;
  const usual = page.stops.map(({ reason }) => ({ value: reason, label: reason }));
  const answered = await ask({
    title: t(title),
    lines: said ? [t("stop_shows")] : [t("stop_what"), t("stop_here", { n: number(queue.counts.waiting) }), t("stop_shows")],
    action: t(action), danger: true,
    fields: [
      { name: "reason", label: t("stop_why"), type: "select", options: usual, value: first.reason, onChange: fillIn },
      { name: "text", label: t("stop_text"), type: "textarea", value: said ? said.text_vi : first.text, required: true, maxlength: 300 },
      { name: "text_en", label: t("stop_text_en"), type: "textarea", value: said ? said.text_en : first.text_en, maxlength: 300 },
      ...(page.units ? [unitsBox(t("stop_units_too", { n: number(page.units) }))] : []),
    ],
  });
  if (!answered) return;
  const { reason, units = [] } = answered;
  const [text, text_en] = [answered.text, answered.text_en].map((typed) => typed.replace(/\s+/g, " "));
  const evacuate = page.stops.find((each) => each.reason === reason).evacuate;
  await send("", { reason, text, text_en, evacuate, units: units.length > 0 }, "now_stopped");
}

async function lift() {
  const answered = await ask({
    title: t("lift_title"), text: t("lift_what"), action: t("lift"),
    fields: [
      { name: "reason", label: t("reason"), required: true, maxlength: 300 },
      ...(page.units ? [unitsBox(t("lift_units_too"))] : []),
    ],
  });
  if (!answered) return;
  const { reason, units = [] } = answered;
  await send("/lift", { reason, units: units.length > 0 }, "now_lifted");
}

async function send(path, body, done) {
  try {
    await api("POST", `/api/v1/sites/${page.site}/emergency${path}`, { body, as: "staff" });
    tell(t(done), done === "now_lifted" ? "good" : body.evacuate ? "bad" : "warn");
  } catch (problem) {
    refused(problem);
  }
  await reload();
}
