/** An unpaired kiosk: waits for an administrator, then loads itself anew as a paired one. */
import { api } from "../api.js";
import { show, one, say } from "../dom.js";
import { page, t } from "./words.js";

const POLL_MS = 1500;

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
