/** An unpaired kiosk: waits for an administrator, then loads itself anew as a paired one. */
import { api } from "../api.js";
import { show, one, say } from "../dom.js";
import { page, t } from "./words.js";

const POLL_MS = 1500;
const SEEN_MS = 120_000;

export function pairUp() {
  const look = async () => {
    try {
      const { data } = await api("GET", `/${page.site.code}/kiosk/pairing`);
      show(one("#offline"), false);
      if (data.paired || data.code !== page.pairing_code) {
        window.location.reload();
        return;
      }
    } catch {
      say(one("#offline-text"), t("offline"));
      show(one("#offline"), true);
    }
    setTimeout(look, POLL_MS);
  };
  setTimeout(look, POLL_MS);
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
