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

/** A number and its dossiers never stand on two lines. After a number "{dossier|dossiers}" is the first for 1, else the second. */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole))
    .replace(/(\d[\d.,]*) \{([^{}|]*)\|([^{}|]*)\}/g, (_whole, n, one, many) => `${n} ${n === "1" ? one : many}`)
    .replace(/(\d) hồ sơ/g, "$1\u00a0hồ\u00a0sơ");
}

const clocks = new Map();

/** "07:40" at the site, from an ISO time with its offset: the site's own wall clock, whatever this machine's zone. */
export function clock(iso) {
  const found = /T(\d\d:\d\d)/.exec(iso || "");
  return found ? found[1] : "";
}

/** "08:15–08:30" of two ISO times: a span of more than ten minutes in steps of five, as nobody can be more exact. */
export function clockSpan(earliest, latest) {
  let [begin, end] = [earliest, latest].map((one) => clock(one).split(":").reduce((hours, minutes) => hours * 60 + Number(minutes), 0));
  if (end - begin > 10) [begin, end] = [Math.floor(begin / 5) * 5, Math.ceil(end / 5) * 5];
  const [first, last] = [begin, end].map((one) => `${String(Math.floor(one / 60) % 24).padStart(2, "0")}:${String(one % 60).padStart(2, "0")}`);
  return first === last ? first : `${first}–${last}`;
}

/** Says of a time or a wait that it is a guess, where little is known. */
export const roughly = (words, rough) => (rough && words ? `${words} (${t("rough")})` : words);

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
