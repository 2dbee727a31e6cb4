/** The supervisor's day: figures, alarms, counters, and the caps of today and of days to come. */
import { one, say, show } from "../../js/dom.js";
import { connect, setSiteTime } from "../../js/live.js";
import { lang, t } from "../../js/texts.js";
import { inTurn } from "../../js/api.js";
import { call as api } from "./again.js";
import { standing } from "./advice.js";
import { drawChecklists, drawRoom, wireChecklists } from "./checklists.js";
import { drawClock, wireClock } from "./clock.js";
import { drawGlance } from "./glance.js";
import { loadSessions, wireSessions } from "./caps.js";
import { refuseCards } from "./keys.js";
import { drawNotes, wireNotes } from "./notes.js";
import { wireStop } from "./stopping.js";
import { first, page, refused, tell } from "./supervising.js";

let again = 0;
let newest = first;
const asked = inTurn();

async function refresh() {
  try {
    const answer = await asked(() => api("GET", `/${page.site}/supervisor/queue.json`, { as: "staff" }));
    if (!answer) return;
    const { data } = answer;
    if (data.epoch === newest.epoch && data.seq < newest.seq) return;
    newest = data;
    standing(data);
    drawGlance(data);
    drawClock(data);
    drawAround(data);
    await loadSessions();
  } catch (problem) {
    if (problem.status === 401) refused(problem);
  }
}

function drawAround(queue) {
  drawChecklists(queue);
  drawRoom(queue.room);
  drawNotes(queue);
}

/** A push says that something moved; who sits where and the caps are asked for, twice a second at most. */
function soon() {
  if (again) return;
  again = setTimeout(() => {
    again = 0;
    refresh();
  }, 400);
}

function onStatus({ online, since }) {
  const banner = one("[data-offline]");
  show(banner, !online);
  if (online) return;
  const time = new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", timeZone: page.zone }).format(since);
  say(banner, t("offline", { time }));
  refresh();
}

setSiteTime(first.time);
standing(first);
drawGlance(first);
drawClock(first);
const desk = { site: page.site, tell, explain: refused, reload: refresh };
wireChecklists(desk);
wireNotes(desk);
drawAround(first);
wireSessions(refresh);
wireStop(refresh);
wireClock(refresh);
loadSessions();
refuseCards(() => tell(t("card_refused"), "warn"));
setInterval(() => {
  drawGlance(newest);
  drawClock(newest);
}, 15000);
setInterval(refresh, 30000); // time alone raises alarms: a long wait, a silent device
const auth = { site: page.site, lang };
connect("/counter", auth, { event: "queue", onData: soon, onStatus, onRefused: refresh, atOnce: true });
