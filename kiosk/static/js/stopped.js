/** The notice of an emergency stop, on every screen the same: `kiosk/_stopped.html`. */
import { one, say, show } from "./dom.js";
import { clock } from "./texts.js";

/**
 * Shows the stop that a board or a ticket tells of, or takes the notice away; → whether everything is paused.
 * `since(time)` makes the last line. The page's language comes first, the other one follows if there is a text.
 */
export function drawStop(stop, lang, since) {
  const notice = one("#stopped");
  show(notice, Boolean(stop));
  if (!stop) return false;
  const english = lang === "en" && stop.text_en !== "";
  const [first, second] = english ? ["en", "vi"] : ["vi", "en"];
  fill(one('[data-stop="text"]', notice), first, stop[`text_${first}`]);
  fill(one('[data-stop="other"]', notice), second, stop[`text_${second}`]);
  say(one('[data-stop="since"]', notice), since(clock(stop.since)));
  const letters = stop.text_vi.length + stop.text_en.length;
  notice.toggleAttribute("data-evacuate", stop.evacuate);
  notice.dataset.length = letters > 240 ? "long" : letters > 120 ? "middle" : "short";
  return true;
}

function fill(node, lang, text) {
  node.lang = lang;
  say(node, text);
  show(node, text !== "");
}
