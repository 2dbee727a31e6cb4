/** Says calls: a chime, then the spoken sentence, one call after another, none lost and none twice. */

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 523.25, at: 0.42 },
];
const RING_S = 1.4;
const VOICE_AFTER_MS = 1150; // the voice comes in while the chime dies away
const PAUSE_MS = 350;
const LOUDNESS = 0.45;
const STALE_MS = 60000; // calls older than this when the page opened are history
const LOAD_MS = 8000;
const REMEMBERED_CALLS = 200;
const REMEMBERED = "layso-sound";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) === "on";
  } catch {
    return false; // a browser that keeps nothing asks for its touch each time
  }
}

function remember() {
  try {
    localStorage.setItem(REMEMBERED, "on");
  } catch {
    // as above
  }
}

/**
 * speaker("demo", {lang, english, voice, onBlocked, now}) → {enqueue, unlock, chime, audible, waiting}
 *
 * lang, english: each call is said in `lang`, then in English too. voice: false leaves the chime alone.
 * onBlocked(true) when the browser wants a touch before any sound, onBlocked(false) once sound is heard.
 * now(): the site's present moment in ms, against which a call's `called_at` is held.
 *
 * enqueue(call) → a promise that ends when the call was said; a call that was enqueued before, or that was old when
 * the page opened, ends at once; so does each while the sound is blocked. A recall is a call of its own. Without a
 * voice the call has its chime.
 * unlock(): to be called by a touch; remembered, so that any later touch or key unlocks again by itself.
 */
export function speaker(site, options = {}) {
  const { lang = "vi", english = false, voice = true, onBlocked = () => {}, now = Date.now } = options;
  const languages = !voice ? [] : english && lang !== "en" ? [lang, "en"] : [lang];
  const context = "AudioContext" in window ? new AudioContext() : null;
  const seen = new Set();
  let opened = null;
  let line = Promise.resolve();
  let waiting = 0;

  const audible = () => context?.state === "running";

  async function unlock() {
    remember();
    await context?.resume();
  }

  if (context) {
    const look = () => onBlocked(!audible());
    context.addEventListener("statechange", look);
    context.resume().catch(() => {});
    setTimeout(look, 600);
    if (remembered()) {
      for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, unlock, { once: true });
    }
  }

  function isNew(call) {
    opened ??= now();
    const key = `${call.call_id} ${call.number} ${call.counter} ${call.called_at}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (seen.size > REMEMBERED_CALLS) seen.delete(seen.values().next().value);
    return !(Date.parse(call.called_at) < opened - STALE_MS);
  }

  function enqueue(call) {
    if (!isNew(call) || !audible()) return Promise.resolve(); // a silent hour leaves no backlog
    // Loaded now and not at its turn: the server only has the latest calls.
    const sounds = languages.map((each) => load(call, each));
    waiting += 1;
    const said = line.then(() => say(sounds)).catch(() => {});
    line = said.then(() => {
      waiting -= 1;
    });
    return said;
  }

  async function say(sounds) {
    if (!audible()) return;
    chime();
    await wait(VOICE_AFTER_MS);
    for (const sound of sounds) {
      const buffer = await sound;
      if (buffer) await play(buffer);
    }
    await wait(PAUSE_MS);
  }

  async function load(call, each) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), LOAD_MS);
    const which = `lang=${each}&of=${encodeURIComponent(`${call.number}-${call.counter}-${call.called_at}`)}`;
    try {
      // Without cookies: `lang` here is the voice's, and must not become the page's.
      const answer = await fetch(`/${site}/display/voice/${call.call_id}.wav?${which}`, {
        credentials: "omit",
        signal: abort.signal,
      });
      return answer.status === 200 ? await context.decodeAudioData(await answer.arrayBuffer()) : null;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async function play(buffer) {
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    const ended = new Promise((done) => {
      source.onended = done;
    });
    source.start();
    // A device that is pulled out stops the clock of the sound, and `ended` with it.
    await Promise.race([ended, wait(buffer.duration * 1000 + 2000)]);
    source.disconnect();
  }

  function chime() {
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

  return {
    enqueue,
    unlock,
    chime,
    audible,
    get waiting() {
      return waiting;
    },
  };
}
