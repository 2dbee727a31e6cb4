/** The counter console. Keys and buttons lead to steps, steps to the API; the screen follows the queue alone. */
import { one, say, show } from "../../js/dom.js";
import { connect } from "../../js/live.js";
import { lang, t } from "../../js/texts.js";
import { drawChecklists, wireChecklists } from "./checklists.js";
import { draw, drawTimes } from "./draw.js";
import { listen, refuseCards } from "./keys.js";
import { wireNotes } from "./notes.js";
import { scanned } from "./scan.js";
import { onMove } from "./sit.js";
import { accept, onChange, page, seat, state } from "./state.js";
import { run, wireButtons } from "./steps.js";
import { explain, refresh, tell } from "./verbs.js";

let connection = null;
let again = 0;

function follow() {
  connection?.close();
  const auth = { site: page.site, lang, ...(state.counter === null ? {} : { counter: state.counter }) };
  connection = connect("/counter", auth, { event: "queue", onData, onStatus, onRefused: refresh, atOnce: true });
}

function onData(queue) {
  state.live = true;
  accept(queue);
  if (!seat()) soon();
}

/** The choice of counters also shows who sits where, which the push doesn't carry. */
function soon() {
  clearTimeout(again);
  again = setTimeout(refresh, 150);
}

function onStatus({ online, since }) {
  const banner = one("[data-offline]");
  show(banner, !online);
  const time = new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", timeZone: page.zone }).format(since);
  if (!online) {
    say(banner, t("offline", { time }));
    refresh();
  }
}

const desk = { site: page.site, tell, explain, reload: refresh };
wireChecklists(desk);
wireNotes(desk);
onChange(draw);
onChange(() => drawChecklists(state.queue));
onMove(follow);
wireButtons();
listen({ onVerb: run, onScan: scanned });
refuseCards((box) => {
  const note = box.closest("dialog")?.querySelector("[data-note]");
  if (note) say(note, t("card_refused"));
  else tell(t("card_refused"), "warn");
});
setInterval(drawTimes, 500);
setInterval(refresh, 60000); // time alone raises alarms
draw();
drawChecklists(state.queue);
refresh();
follow();
