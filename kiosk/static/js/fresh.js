/** Pages that are whole without a script, kept true by asking for them again while somebody looks. */
import { all, one, say, show } from "./dom.js";
import { setSiteTime, siteNow } from "./live.js";
import { clockIn, pageData, t } from "./texts.js";

const TIMEOUT_MS = 8000;

/** What is open stays open, what somebody is on stays; the rest is as the server tells it. */
function take(fresh, place) {
  const [old, given] = [one(place), one(place, fresh)];
  if (!old || !given || old.innerHTML === given.innerHTML || old.contains(document.activeElement)) return;
  const open = all("details[open]", old).map((node) => node.id);
  for (const node of all("details", given)) node.open = open.includes(node.id);
  old.replaceChildren(...given.childNodes);
}

async function ask() {
  const answer = await fetch(window.location.href, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Takes over what stands in `places` of this page as it is now, every `everyMs`; says since when it can't. */
export function keepTrue(places, everyMs) {
  let { time } = pageData("where");
  let heard = Date.now();
  let asking = false;

  async function look() {
    if (asking || document.hidden || !places.some((place) => one(place))) return;
    asking = true;
    try {
      const fresh = await ask();
      for (const place of places) take(fresh, place);
      say(one("#updated"), one("#updated", fresh).textContent);
      ({ time } = JSON.parse(one("#where", fresh).textContent));
      setSiteTime(time);
      heard = Date.now();
      show(one("#offline"), false);
    } catch {
      const since = new Date(siteNow() - (Date.now() - heard));
      say(one("#offline"), t("offline", { time: clockIn(since, time) }));
      show(one("#offline"), true);
    } finally {
      asking = false;
    }
  }

  setSiteTime(time);
  setInterval(look, everyMs);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
}
