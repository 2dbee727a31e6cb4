/** A clock that leapt: both times and one button; then what it did while it stood wrong, and the way back. */
import { api } from "../../js/api.js";
import { one, say, show } from "../../js/dom.js";
import { siteNow } from "../../js/live.js";
import { clockIn, number, t } from "../../js/texts.js";
import { ask } from "./ask.js";
import { page, refused, tell } from "./supervising.js";

let found = null;
let reload = () => {};

export function wireClock(refresh) {
  reload = refresh;
  one("[data-clock-do]").addEventListener("click", () => (found.held ? confirm() : send("take-back", "clock_taken_back")));
}

export function drawClock(queue) {
  found = queue.clock;
  show(one("[data-clock]"), Boolean(found));
  if (!found) return;
  const held = found.held ? "held" : "ahead";
  say(one("[data-clock-title]"), t(`clock_${held}`));
  say(one("[data-clock-times]"), found.held ? t("clock_times", { wall: now(found.wall), time: now(found.time) })
    : t("clock_ended", { sessions: number(found.sessions.length), n: number(found.expired) }));
  say(one("[data-clock-what]"), t(`clock_${held}_what`));
  say(one("[data-clock-do]"), t(`clock_${held}_do`));
}

/** "14:22, 30/11/2026": where a clock stands now that stood at `iso` when the site's stood at `found.time`. */
function now(iso) {
  const at = new Date(Date.parse(iso) + (siteNow() - Date.parse(found.time)));
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: page.zone, day: "2-digit", month: "2-digit", year: "numeric" }).format(at);
  return `${clockIn(at, iso)}, ${day}`;
}

async function confirm() {
  const lines = [t("clock_times", { wall: now(found.wall), time: now(found.time) }), t("clock_confirm_what")];
  if (await ask({ title: t("clock_confirm_title"), lines, action: t("clock_held_do"), danger: true })) await send("confirm", "clock_confirmed");
}

async function send(what, done) {
  try {
    await api("POST", `/api/v1/sites/${page.site}/clock/${what}`, { as: "staff", body: {} });
    tell(t(done), "good");
  } catch (problem) {
    refused(problem);
  }
  reload();
}
