/** Where else numbers are given now: for whoever finds this centre full. */
import { api } from "../api.js";
import { make } from "../dom.js";
import { number } from "../texts.js";
import { overflows, pages, paging } from "./parts.js";
import { language, page, t } from "./words.js";

const PER_PAGE = 6;
const A_MINUTE = 60;

const queryOf = ({ field, procedure } = {}) => new URLSearchParams({ ...(procedure && { procedure }), ...(field && { field }) });

/** The way to the screen; what it leads to is a page as well, for whoever scans it. */
export const elsewhere = (asked) => make("a", {
  class: "button button--quiet button--wide", "data-act": "where", href: `/${page.site.code}/where/?${queryOf(asked)}`,
}, make("span", {}, t("where_open")));

function waitWords({ wait_from_s: from, wait_to_s: to }) {
  if (to === null) return t("where_no_counter");
  const [least, most] = [Math.floor(from / A_MINUTE), Math.ceil(to / A_MINUTE)];
  if (most <= 1) return t("where_wait_none");
  return least < 1 || least === most ? t("where_wait_most", { to: most }) : t("where_wait", { from: least, to: most });
}

const takesNow = (centre) => centre.takes && centre.session.state === "open" && centre.remaining !== 0;

function line(centre) {
  const left = centre.remaining === null ? t("where_no_cap") : t("where_left", { n: number(centre.remaining) });
  const words = make("span", { class: "choice__words" }, make("span", { class: "choice__name" }, centre.name),
    make("strong", { class: "choice__note" }, `${left} · ${waitWords(centre)}`));
  if (centre.address) words.append(make("span", { class: "choice__note" }, centre.address));
  return make("li", {}, make("div", { class: "choice choice--told" }, words));
}

/** The centres that give numbers for it now, the shortest wait first; null while nobody answers. */
async function ask(asked) {
  try {
    const { data } = await api("GET", `/api/v1/sites/${page.site.code}/overview?${queryOf(asked)}&lang=${language()}`);
    const endless = (centre) => centre.wait_to_s ?? Infinity;
    return data.items.slice(1).filter(takesNow).sort((a, b) => (endless(a) === endless(b) ? 0 : endless(a) - endless(b)));
  } catch {
    return null;
  }
}

const code = (asked) => make("figure", { class: "where__code" },
  make("img", { src: `/${page.site.code}/qr/where.svg?${queryOf(asked)}`, alt: "", width: 160, height: 160 }),
  make("figcaption", {}, t("where_scan")));

function leadOf(found) {
  if (found === undefined) return t("where_asking");
  if (found === null) return t("offline");
  return found.length ? t("where_lead") : t("where_none");
}

export const whereScreen = {
  overflows,
  perPage: PER_PAGE,
  build(kiosk, options) {
    const { asked, found } = options;
    const node = pages({ title: t("where_open"), lead: leadOf(found), items: (found ?? []).map(line), extra: [code(asked)] }, options.page, options.perPage ?? PER_PAGE);
    if (found === undefined) ask(asked).then((answer) => kiosk.node === node && kiosk.redraw({ ...options, found: answer }));
    return node;
  },
  acts: paging,
};

export const toWhere = { where: (kiosk) => kiosk.go("where", { asked: { ...kiosk.order } }) };
