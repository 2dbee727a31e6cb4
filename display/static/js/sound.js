/** The chime, made by the browser itself: no file, no network. */

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 523.25, at: 0.42 },
];
const RING_S = 1.4;
const LOUDNESS = 0.45;
const REMEMBERED = "layso-sound";

let context = null;

/** Whether a chime would be heard now. */
export const audible = () => context?.state === "running";

/**
 * Starts the sound if the browser lets it; else calls `onBlocked(true)`, and `onBlocked(false)` once it runs.
 * Any touch or key of somebody who once turned the sound on here turns it on again.
 */
export function prepare(onBlocked) {
  if (!("AudioContext" in window)) return;
  context = new AudioContext();
  const look = () => onBlocked(context.state !== "running");
  context.addEventListener("statechange", look);
  context.resume().catch(() => {});
  setTimeout(look, 600);
  if (localStorage.getItem(REMEMBERED) === "on") {
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, turnOn, { once: true });
  }
}

/** Must be called by a touch. */
export async function turnOn() {
  localStorage.setItem(REMEMBERED, "on");
  await context?.resume();
}

export function chime() {
  if (!audible()) return;
  for (const { hertz, at } of NOTES) {
    strike(hertz, context.currentTime + at, LOUDNESS);
    strike(hertz * 2, context.currentTime + at, LOUDNESS / 5);
  }
}

function strike(hertz, start, loudness) {
  const tone = new OscillatorNode(context, { frequency: hertz, type: "sine" });
  const fade = new GainNode(context, { gain: 0 });
  fade.gain.setValueAtTime(0, start);
  fade.gain.linearRampToValueAtTime(loudness, start + 0.015);
  fade.gain.exponentialRampToValueAtTime(0.001, start + RING_S);
  tone.connect(fade).connect(context.destination);
  tone.start(start);
  tone.stop(start + RING_S);
  tone.onended = () => fade.disconnect();
}
