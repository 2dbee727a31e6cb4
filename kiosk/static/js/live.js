/** The live connection of every page: whole states over Socket.IO, the newest one wins. */
import { io } from "../vendor/socket.io.esm.min.js";

const SILENCE_MS = 5000; // the server ticks every 2 s
const STUCK_MS = 9000; // an open connection that says nothing this long is dropped and made anew

let offset = 0;

/** The site's present moment in ms (its rehearsal clock too), as far as the server's last word tells. */
export const siteNow = () => Date.now() + offset;

/** Tells the site's time as the page came with it, before the first message. */
export function setSiteTime(iso) {
  offset = Date.parse(iso) - Date.now();
}

/**
 * connect("/display", {site}, {event: "board", onData, onStatus, onRefused, atOnce}) → {close, online}.
 *
 * onData(data): each state that is not older than the last (`seq` within one `epoch`).
 * onStatus({online, since}): on each change; `since` is when the last message came, as a Date of the site's clock.
 * onRefused(message): the server refused the credentials; it is asked again every few seconds all the same.
 * atOnce: tell "offline" as soon as the connection breaks, else after 5 s without any message.
 * Reconnects for ever; a server that restarted or a network that came back needs no reload.
 */
export function connect(namespace, auth, { event, onData, onStatus = () => {}, onRefused = () => {}, atOnce = false }) {
  const socket = io(namespace, {
    auth: typeof auth === "function" ? (send) => send(auth()) : auth,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 800, // right again within 2 s of the line
    timeout: 4000,
    forceNew: true,
  });
  let heard = Date.now();
  let online = null;
  let epoch = null;
  let seq = -1;
  let retry = 0;
  let closed = false;

  function tell(now) {
    if (closed || online === now) return;
    online = now;
    onStatus({ online: now, since: new Date(heard + offset) });
  }
  function hear(data) {
    heard = Date.now();
    const time = data && Date.parse(data.time);
    if (time) offset = time - heard;
    tell(true);
  }
  function later() {
    clearTimeout(retry);
    if (!closed) retry = setTimeout(() => socket.connect(), 3000);
  }

  socket.onAny((name, data) => {
    hear(data);
    if (name !== event || !data) return;
    if (data.epoch === epoch && data.seq < seq) return;
    epoch = data.epoch;
    seq = data.seq;
    onData(data);
  });
  socket.on("disconnect", (reason) => {
    if (atOnce) tell(false);
    if (reason === "io server disconnect") later();
  });
  socket.on("connect_error", (error) => {
    if (atOnce) tell(false);
    if (!socket.active) {
      onRefused(error.message || "");
      later();
    }
  });
  const watch = setInterval(() => {
    const silence = Date.now() - heard;
    if (silence > SILENCE_MS) tell(false);
    if (silence > STUCK_MS && socket.connected) {
      heard = Date.now() - SILENCE_MS - 1;
      socket.io.engine.close();
    }
  }, 500);
  const back = () => {
    if (!socket.connected) socket.disconnect().connect();
  };
  const gone = () => {
    if (atOnce) tell(false);
  };
  window.addEventListener("online", back);
  window.addEventListener("offline", gone);

  return {
    get online() {
      return online === true;
    },
    close() {
      closed = true;
      clearInterval(watch);
      clearTimeout(retry);
      window.removeEventListener("online", back);
      window.removeEventListener("offline", gone);
      socket.close();
    },
  };
}
