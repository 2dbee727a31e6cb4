/** Both languages are in the page, so that a change of language asks nothing of a server that may be away. */
import { fill, pageData } from "../texts.js";
import { all, one, say } from "../dom.js";
import { siteNow } from "../live.js";

export const page = pageData("kiosk");
export const homeLanguage = document.documentElement.lang;
let current = homeLanguage;

export const language = () => current;
export const otherLanguage = () => (current === "vi" ? "en" : "vi");

export function setLanguage(lang) {
  current = lang;
  document.documentElement.lang = lang;
}

export const t = (key, values = {}) => fill(page.texts[current][key] ?? key, values);
export const inLanguage = (lang, key) => page.texts[lang][key];
export const named = (thing) => (current === "en" && thing.name_en) || thing.name;

/** "07:40" at the site, now. */
export const timeHere = () => new Intl.DateTimeFormat("en-GB", { timeZone: page.site.timezone, hour: "2-digit", minute: "2-digit" }).format(siteNow());

/** A dossier handed in now is forwarded on the next working day (Decree 118/2025/NĐ-CP, before it Decree 61/2018/NĐ-CP). */
export const isLate = () => timeHere() >= page.site.late_from;

/** "30/3/2020", "02/10/2019": as an office writes the day of an ISO date. */
export function dayOf(iso) {
  const [year, month, day] = iso.split("-");
  return `${day}/${Number(month) > 2 ? Number(month) : month}/${year}`;
}

/** A clone of the screen's template with its texts in. */
export function screen(id) {
  const node = document.getElementById(`screen-${id}`).content.firstElementChild.cloneNode(true);
  for (const place of all("[data-t]", node)) say(place, t(place.dataset.t));
  return node;
}

export const slot = (node, name) => one(`[data-slot="${name}"]`, node);

export function put(node, name, text) {
  const place = slot(node, name);
  say(place, text);
  place.hidden = text === "";
}

export function picture(id, className = "sign") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#p-${id}`);
  svg.append(use);
  return svg;
}
