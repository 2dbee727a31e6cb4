/** An unpaired device: asks for a code, shows it until an administrator confirms it, then loads itself anew. */
import { api } from "../api.js";
import { show, one, say } from "../dom.js";
import { page, t } from "./words.js";

const POLL_MS = 1500;
const BUSY_MS = 15_000;
const SEEN_MS = 120_000;

function draw(code) {
  say(one("#pair-code"), code);
  say(one("#pair-typed"), code);
  if (code) one("#pair-code").dataset.pairingCode = code;
  else delete one("#pair-code").dataset.pairingCode;
}

export function pairUp() {
  let shown = page.pairing_code;
  const look = async () => {
    let pause = POLL_MS;
    try {
      const { data } = await api(shown ? "GET" : "POST", `/${page.site.code}/kiosk/pairing`);
      show(one("#offline"), false);
      show(one("#pair-busy"), false);
      if (data.paired) {
        window.location.reload();
        return;
      }
      if (data.code !== shown) draw(data.code);
      shown = data.code;
    } catch (problem) {
      const busy = problem.status === 429;
      if (busy) pause = BUSY_MS;
      show(one("#pair-busy"), busy);
      say(one("#offline-text"), t("offline"));
      show(one("#offline"), !busy);
    }
    setTimeout(look, pause);
  };
  look();
}

/** Lets the server know every two minutes that this kiosk is there; one that was revoked loads itself anew. */
export function stayPaired(idle) {
  setInterval(async () => {
    try {
      const { data } = await api("GET", `/${page.site.code}/kiosk/pairing`);
      if (!data.paired && idle()) window.location.reload();
    } catch {
      // the live connection tells that the server is away
    }
  }, SEEN_MS);
}
