/** One ticket, live: what to do now, and a sound when the turn comes near. */
import { chime, notify, offerAlerts } from "./alerts.js";
import { api } from "./api.js";
import { one, put, say, show } from "./dom.js";
import { connect } from "./live.js";
import { drawStop } from "./stopped.js";
import { clock, pageData, t, clockIn } from "./texts.js";

const SOON = 3;
let ticket = pageData("ticket");

const soon = (given) => given.state === "waiting" && given.ahead !== null && given.ahead <= SOON;

function stateWords(given) {
  return [t(`state_${given.state}`, { counter: given.counter }), t(soon(given) ? "next_soon" : `next_${given.state}`)];
}

const aheadWords = (given) => (given.ahead ? t("ahead_n", { n: given.ahead }) : t("ahead_none"));

function titleOf(given) {
  if (given.state === "called") return t("title_called", given);
  return given.state === "waiting" && given.ahead !== null ? t("title_waiting", given) : given.number;
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
  const waiting = given.state === "waiting" && given.ahead !== null;
  put("#ahead", waiting ? aheadWords(given) : "");
  put("#expected", waiting && given.expected_at && !stopped ? t("expected", { time: clock(given.expected_at) }) : "");
  show(one("#give-up"), given.state === "waiting");
  show(one("#tools"), ["waiting", "called", "held"].includes(given.state));
  document.title = titleOf(given);
}

function onTicket(given) {
  const calledNow = given.state === "called" && (ticket.state !== "called" || given.calls > ticket.calls);
  const soonNow = soon(given) && !soon(ticket) && !given.emergency;
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
