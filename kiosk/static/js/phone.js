/** One ticket, live: what to do now, and a sound when the turn comes near. */
import { chime, notify, offerAlerts } from "./alerts.js";
import { api } from "./api.js";
import { one, put, say, show } from "./dom.js";
import { connect } from "./live.js";
import { drawStop } from "./stopped.js";
import { clockIn, clockSpan, pageData, roughly, t } from "./texts.js";

const SOON = 3;
let ticket = pageData("ticket");

const waits = ({ state, ahead }) => state === "waiting" && ahead !== null;
const near = (given) => waits(given) && given.ahead <= SOON;
const soon = (given) => near(given) && !given.wait_reason;

function stateWords(given) {
  return [t(`state_${given.state}`, { counter: given.counter }), t(soon(given) ? "next_soon" : `next_${given.state}`)];
}

const aheadWords = ({ ahead, wait_reason: why }) => (ahead ? t("ahead_n", { n: ahead }) : t(why ? "ahead_nobody" : "ahead_none"));

/** Whom the counters of this queue have now, and how many come before its holder. */
function placeWords(given) {
  const numbers = given.now_calling?.map((one) => one.number).join(", ");
  if (!numbers || given.wait_reason) return aheadWords(given);
  return t(given.ahead ? "now_calling" : "now_calling_next", { numbers, n: given.ahead });
}

const expectedWords = ({ expected_from: from, expected_to: to, expected_rough: rough, wait_reason }) =>
  wait_reason ? t("no_counter") : from ? roughly(t("expected", { time: clockSpan(from, to) }), rough) : "";

function titleOf(given) {
  if (given.state === "called") return t("title_called", given);
  return waits(given) ? t("title_waiting", given) : given.number;
}

function draw(given) {
  const [state, next] = stateWords(given);
  one("#turn").dataset.state = given.state;
  one("#turn").classList.toggle("turn--soon", soon(given));
  say(one("#number"), given.number);
  say(one("#state"), state);
  const stopped = drawStop(given.emergency, document.documentElement.lang, (time) => t("stopped_since", { time }));
  const outside = Boolean(given.wait_outside) && !soon(given) && !stopped;
  show(one("#outside"), outside);
  put("#next", stopped || outside ? "" : next);
  put("#ahead", waits(given) ? placeWords(given) : "");
  put("#expected", waits(given) && !stopped ? expectedWords(given) : "");
  show(one("#give-up"), given.state === "waiting");
  show(one("#tools"), given.state === "waiting");
  document.title = titleOf(given);
}

function onTicket(given) {
  const calledNow = given.state === "called" && (ticket.state !== "called" || given.calls > ticket.calls);
  const soonNow = near(given) && !near(ticket) && !given.emergency;
  ticket = given;
  draw(given);
  if (calledNow || soonNow) {
    chime();
    const [state, next] = stateWords(given);
    notify(`${given.number}: ${calledNow ? state : aheadWords(given)}`, next);
    document.body.dataset.alert = calledNow ? "called" : "soon";
  }
}

offerAlerts();
show(one("#proof"), true);
// Few ask for it.
one("#prove").onclick = async ({ target }) => (await import("./proof.js")).prove(ticket, target);

one("#give-up-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = one("button", event.target);
  button.disabled = true;
  show(one("#give-up-error"), false);
  try {
    const { data } = await api("DELETE", `/api/v1/tickets/${ticket.code}`);
    onTicket({ ...ticket, ...data });
  } catch {
    put("#give-up-error", t("give_up_failed"));
  }
  button.disabled = false;
});

draw(ticket);
connect("/ticket", { code: ticket.code, lang: document.documentElement.lang }, {
  event: "ticket",
  onData: onTicket,
  onStatus({ online, since }) {
    put("#offline", online ? "" : t("offline", { time: clockIn(since, ticket.issued_at) }));
  },
  onRefused: () => setTimeout(() => window.location.reload(), 5000),
});
