/** JSON that the page carries in `<script type="application/json" id="…">`. */
export function pageData(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : {};
}

export const lang = document.documentElement.lang || "vi";
const texts = pageData("texts");

/** The page's text `key` with its `%(name)s` filled in. */
export function t(key, values = {}) {
  return fill(texts[key] ?? key, values);
}

export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const clocks = new Map();

/** "07:40" at the site, from an ISO time with its offset: the site's own wall clock, whatever this machine's zone. */
export function clock(iso) {
  const found = /T(\d\d:\d\d)/.exec(iso || "");
  return found ? found[1] : "";
}

/** The same of a Date, in the zone of `iso`. */
export function clockIn(date, iso) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(iso || "") || [null, "+", 0, 0];
  const shift = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return clock(new Date(date.getTime() + shift).toISOString());
}

export function number(value) {
  if (!clocks.has(lang)) clocks.set(lang, new Intl.NumberFormat(lang));
  return clocks.get(lang).format(value);
}
