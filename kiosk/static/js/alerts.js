/** How the phone tells that the turn is near: sound, vibration, and a notification where its owner allows one. */
import { one, put } from "./dom.js";
import { t } from "./texts.js";

const WANTED = "layso.sound";
const SHAKE = [300, 150, 300, 150, 600];
let audio = null;

/** Notifications exist over HTTPS and on the machine itself only. */
const mayNotify = () => window.isSecureContext && "Notification" in window;
const allowed = () => mayNotify() && Notification.permission === "granted";

/** Three rising tones and a shake; browsers allow them only after the owner touched the page. */
export function chime() {
  navigator.vibrate?.(SHAKE);
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

/** Shows `title` and `body` while the owner looks at something else; a later one takes the place of the earlier. */
export async function notify(title, body) {
  if (!document.hidden || !allowed()) return;
  const options = {
    body, tag: "layso-turn", renotify: true, vibrate: SHAKE, lang: document.documentElement.lang,
    icon: "/static/img/icon-192.png", data: { path: window.location.pathname },
  };
  // Android shows notifications of a service worker only.
  const worker = await navigator.serviceWorker?.getRegistration("/");
  if (worker) await worker.showNotification(title, options);
  else new Notification(title, options);
}

function hear() {
  if (!audio && window.AudioContext) audio = new AudioContext();
}

function turn(on) {
  one("#sound").setAttribute("aria-pressed", String(on));
  localStorage.setItem(WANTED, on ? "on" : "off");
  if (on) hear();
  else audio = null;
}

async function allowNotifications() {
  if (!mayNotify()) return;
  if (Notification.permission === "default") await Notification.requestPermission();
  if (allowed()) await navigator.serviceWorker?.register("/sw.js").catch(() => null);
}

/** Wires the one button: a tap on it is the only thing that ever asks for leave to notify. */
export function offerAlerts() {
  const button = one("#sound");
  button.addEventListener("click", async () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    turn(on);
    if (!on) return put("#alert-note", "");
    chime();
    await allowNotifications();
    return put("#alert-note", t(allowed() ? "alerts_all" : "alerts_sound"));
  });
  document.addEventListener("pointerdown", (event) => {
    const wanted = localStorage.getItem(WANTED);
    if (button.contains(event.target) || wanted === "off") return;
    if (wanted === "on") turn(true);
    else hear();
  }, { once: true });
}
