/** The counter console. Keys and buttons lead to steps, steps to the API; the screen follows the queue alone. */
import { one, say, show } from "../../js/dom.js";
import { connect, siteNow } from "../../js/live.js";
import { lang, pageData, t } from "../../js/texts.js";
import { asking } from "./ask.js";
import { run, wireButtons } from "./buttons.js";
import { drawChecklists, wireChecklists } from "./checklists.js";
import { draw, drawTimes } from "./draw.js";
import { listen, refuseCards } from "./keys.js";
import { fold, keepUnfolded, unfold } from "./more.js";
import { wireNotes } from "./notes.js";
import { askedCounter, keepCounter } from "./place.js";
import { scanned } from "./scan.js";
import { onMove } from "./sit.js";
import { accept, begin, changed, onChange, page, state } from "./state.js";
import { explain, refresh, tell } from "./verbs.js";

const facts = pageData("page");
begin(facts, pageData("first"), {
  asked: askedCounter(facts.site), clock: siteNow, kept: (number) => keepCounter(facts.site, number),
});
let connection = null;

function follow() {
  connection?.close();
  const auth = { site: page.site, lang, ...(state.counter === null ? {} : { counter: state.counter }) };
  connection = connect("/counter", auth, { event: "queue", onData, onStatus, onRefused: refresh, atOnce: true });
}

function onData(queue) {
  state.live = true;
  accept(queue);
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
listen({
  asking, onVerb: run, onScan: scanned,
  onStray: () => tell(t("keys_too_fast"), "warn"),
  onHeld: (held) => {
    state.held = held;
    changed();
  },
});
refuseCards((box) => {
  const note = box.closest("dialog")?.querySelector("[data-note]");
  if (note) say(note, t("card_refused"));
  else tell(t("card_refused"), "warn");
});
one("[data-more]").addEventListener("click", unfold);
onMove(fold);
setInterval(drawTimes, 500);
setInterval(keepUnfolded, 1000);
setInterval(refresh, 60000); // time alone raises alarms
draw();
drawChecklists(state.queue);
refresh();
follow();
