/** One ticket, live: what to do now, and a sound when the turn comes near. */
import { api } from "./api.js";
import { one, say, show } from "./dom.js";
import { connect } from "./live.js";
import { clock, pageData, t } from "./texts.js";

const SOON = 3;
const SOUND = "layso.sound";
let ticket = pageData("ticket");
let audio = null;

const soon = (given) => given.state === "waiting" && given.ahead !== null && given.ahead <= SOON;

function stateWords(given) {
  return [t(`state_${given.state}`, { counter: given.counter }), t(soon(given) ? "next_soon" : `next_${given.state}`)];
}

function put(id, text) {
  say(one(id), text);
  show(one(id), text !== "");
}

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
  say(one("#next"), next);
  const waiting = given.state === "waiting" && given.ahead !== null;
  put("#ahead", waiting ? (given.ahead ? t("ahead_n", { n: given.ahead }) : t("ahead_none")) : "");
  put("#expected", waiting && given.expected_at ? t("expected", { time: clock(given.expected_at) }) : "");
  show(one("#give-up"), given.state === "waiting");
  show(one("#tools"), ["waiting", "called", "held"].includes(given.state));
  document.title = titleOf(given);
}

/** Three rising tones; browsers allow them only after the owner touched the page. */
function chime() {
  navigator.vibrate?.([300, 150, 300, 150, 600]);
  if (!audio) return;
  [523, 659, 784].forEach((pitch, place) => {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const start = audio.currentTime + place * 0.25;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.4, start + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.65);
  });
}

function notify(text) {
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    new Notification(text, { icon: "/static/img/icon-192.png", tag: ticket.code, lang: document.documentElement.lang });
  }
}

function onTicket(given) {
  const calledNow = given.state === "called" && (ticket.state !== "called" || given.calls > ticket.calls);
  const soonNow = soon(given) && !soon(ticket);
  ticket = given;
  draw(given);
  if (calledNow || soonNow) {
    chime();
    notify(`${given.number}: ${stateWords(given).join(". ")}`);
    document.body.dataset.alert = calledNow ? "called" : "soon";
  }
}

function soundOn(on) {
  one("#sound").setAttribute("aria-pressed", String(on));
  localStorage.setItem(SOUND, on ? "on" : "off");
  if (on && !audio && window.AudioContext) audio = new AudioContext();
  if (!on) audio = null;
}

one("#sound").addEventListener("click", () => {
  const on = one("#sound").getAttribute("aria-pressed") !== "true";
  soundOn(on);
  if (!on) return;
  chime();
  if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
});
document.addEventListener("pointerdown", () => {
  if (localStorage.getItem(SOUND) !== "off") soundOn(true);
}, { once: true });

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
    put("#offline", online ? "" : t("offline", { time: since.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }) }));
  },
  onRefused: () => setTimeout(() => window.location.reload(), 5000),
});
