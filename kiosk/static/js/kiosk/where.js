/** Where else numbers are given now: for whoever finds this centre full. */
import { api } from "../api.js";
import { make } from "../dom.js";
import { number } from "../texts.js";
import { facts, overflows, pages, paging } from "./parts.js";
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

const chosen = ({ field, procedure } = {}) => Boolean(field || procedure);

/** Fields wait differently: one span over all of them is nobody's wait. */
const waitOf = (centre, asked) => (chosen(asked) || centre.wait_to_s === null ? waitWords(centre) : t("waiting_n", { n: number(centre.waiting) }));

function line(centre, asked) {
  const left = centre.remaining === null ? t("where_no_cap") : t("where_left", { n: number(centre.remaining) });
  const words = make("span", { class: "choice__words" }, make("span", { class: "choice__name" }, centre.name),
    facts([left, waitOf(centre, asked)], "strong"));
  if (centre.address) words.append(make("span", { class: "choice__note" }, centre.address));
  return make("li", {}, make("div", { class: "choice choice--told" }, words));
}

function behind(centre, asked) {
  if (centre.wait_to_s === null) return Infinity;
  return chosen(asked) ? centre.wait_to_s : centre.waiting / Math.max(centre.open_counters, 1);
}

/** The centres that give numbers for it now, the shortest wait first, or the fewest waiting for each counter; null while nobody answers. */
async function ask(asked) {
  try {
    const { data } = await api("GET", `/api/v1/sites/${page.site.code}/overview?${queryOf(asked)}&lang=${language()}`);
    const order = (a, b) => (behind(a, asked) === behind(b, asked) ? 0 : behind(a, asked) - behind(b, asked));
    return data.items.slice(1).filter(takesNow).sort(order);
  } catch {
    return null;
  }
}

const code = (asked) => make("figure", { class: "where__code" },
  make("img", { src: `/${page.site.code}/qr/where.svg?${queryOf(asked)}`, alt: "", width: 160, height: 160 }),
  make("figcaption", {}, t("where_scan")));

function leadOf(found, asked) {
  if (found === undefined) return t("where_asking");
  if (found === null) return t("offline");
  if (!found.length) return t("where_none");
  return t(chosen(asked) ? "where_lead" : "where_lead_any");
}

export const whereScreen = {
  overflows,
  perPage: PER_PAGE,
  build(kiosk, options) {
    const { asked, found } = options;
    const node = pages({ title: t("where_open"), lead: leadOf(found, asked), items: (found ?? []).map((one) => line(one, asked)), extra: [code(asked)] }, options.page, options.perPage ?? PER_PAGE);
    if (found === undefined) (kiosk.board.clock_held ? Promise.resolve([]) : ask(asked)).then((answer) => kiosk.node === node && kiosk.redraw({ ...options, found: answer }));
    return node;
  },
  acts: paging,
};

export const toWhere = { where: (kiosk) => kiosk.go("where", { asked: { ...kiosk.order } }) };
