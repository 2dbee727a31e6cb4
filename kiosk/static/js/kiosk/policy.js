/** What the plan in force says of an order, on one screen: what holds, why, on what base, and every way on. */
import { make, one, show } from "../dom.js";
import { hasGuide, portalCode } from "./guides.js";
import { act } from "./parts.js";
import { divert } from "./diverting.js";
import { procedureOf, spoken } from "./procedures.js";
import { dayOf, language, named, page, picture, put, screen, slot, t } from "./words.js";

const REFUSED = ["online_only", "post_only", "suspended"];
const FORMS = [["outbox", "post"], ["inbox", "anyway"], ["both", "post"]];
const AIR = 3;
const LETTERS = [90, 110, 170, 240];

/** Takes some air away where a text doesn't fit: nothing is ever scrolled or cut off. */
export function tooTall(kiosk) {
  const body = one(".screen__body", kiosk.node);
  return Number(kiosk.node.dataset.air) > 0 && body.scrollHeight > body.clientHeight + 1;
}

/** What the plan decides about the present order: a decision of the contract. */
export function decisionOf({ board, order }) {
  const found = procedureOf(order.procedure);
  const { policy } = board;
  if (order.service === "submit") return found?.decision ?? policy?.decision ?? "ticket";
  return order.service === "result" ? found?.result_decision ?? policy?.result_decision ?? "ticket" : "ticket";
}

/** Where an order goes next: to what the plan says of it, or to its number. */
export function onward(kiosk) {
  const decision = decisionOf(kiosk);
  if (decision === "ticket") toNumber(kiosk);
  else kiosk.go("policy", { decision });
}

export const toNumber = (kiosk) => kiosk.go("confirm");

/** Of whom and from when to when: "From 30/3/2020 to 29/4/2020, by the plan of …". */
export function windowText({ valid_from: from, valid_to: to, authority }) {
  const values = { from: dayOf(from), to: to && dayOf(to), authority: authority || t("plan_authority") };
  return t(to ? "plan_window" : "plan_since", values);
}

/** The legal base in lines: the plan's, then the list's decision with its number and day. */
export function legalLines(base, most = Infinity) {
  if (!base) return [];
  const text = brief(base.text, most);
  const lines = [t("legal_base", { text })];
  if (base.list) {
    lines.push(t("legal_list", { list: base.list, decision: decisionText(base) }) + (base.sample ? ` (${t("list_sample")})` : ""));
  }
  return lines;
}

function decisionText({ decision_no: number, decision_date: date }) {
  if (!number) return t("list_unnumbered");
  return date ? t("list_decision", { number, date: dayOf(date) }) : t("list_undated", { number });
}

/** The first clauses of a long text; the plan's own page has it whole. */
function brief(text, most) {
  if (text.length <= most) return text;
  const cut = Math.max(...[";", " ("].map((sign) => text.lastIndexOf(sign, most)));
  const shorter = text.slice(0, cut > most / 3 ? cut : text.lastIndexOf(" ", most));
  const open = shorter.lastIndexOf("(") > shorter.lastIndexOf(")") ? shorter.lastIndexOf("(") : shorter.length;
  return `${shorter.slice(0, open).trim()} …`;
}

const guideButton = (kiosk, name) => (hasGuide(kiosk, name) ? [act(t(`guide_${name}`), "guide", { quiet: true, n: name })] : []);
const chosen = (key, to, values = {}) => act(t(key, values), "choose", { n: to });
const onlyHelp = ({ help_desk: desk }) => (desk ? [act(t("help_ticket"), "help", { sign: "help" })] : []);
const findButton = ({ order }) => (order.service === "result" && !order.procedure && page.procedures.length
  ? [act(t("find_result"), "find", { quiet: true, sign: "search" })] : []);

/** Of each decision: its words, what is counted when it is shown, and the buttons, the likeliest first. */
const kinds = {
  online_only: (kiosk, ways) => ({
    title: t("refuse_online_only"), why: t("why_online_only"), codes: true,
    shown: ways.portal_down ? "help" : "portal",
    actions: onlyHelp(ways), more: guideButton(kiosk, "online"),
  }),
  online_preferred: (kiosk, ways) => ({
    title: t("prefer_online"), why: t("why_online_preferred"), codes: true, text: ways.post ? t("prefer_online_post") : "",
    actions: [chosen("choose_online", "portal")],
    more: [act(t("take_anyway"), "anyway", { quiet: true }), ...(ways.post ? guideButton(kiosk, "return") : [])],
  }),
  post_preferred: ({ order }, ways) => (order.service === "result" ? {
    title: t("prefer_post_result"), why: t("why_post_only"),
    actions: ways.post ? [chosen("choose_return", "post")] : [],
    more: [act(t("keep_on"), "anyway", { quiet: true })],
  } : {
    title: t("prefer_post"), why: t("why_post_preferred"), forms: ways.post,
    actions: [act(t("keep_on"), "anyway")],
    more: [act(t("guide_post"), "guide", { quiet: true, n: "post" })],
  }),
  post_only: (kiosk, ways, until) => ({
    title: t("refuse_post_only"), why: t("why_post_only"),
    text: t(until ? ways.post ? "post_only_until" : "post_only_present" : "post_only_text", { until }),
    actions: [...(ways.post ? [chosen("choose_return", "post")] : []), chosen(until ? "choose_wait_until" : "choose_wait", "deferred", { until })],
    more: [], waits: true,
  }),
  suspended: (kiosk, ways) => ({
    title: t("refuse_suspended"), why: t("why_suspended"), codes: kiosk.order.service === "submit",
    shown: kiosk.order.service === "result" && ways.post ? "post" : ways.portal_down ? "help" : "portal",
    actions: onlyHelp(ways),
    more: [...(kiosk.order.service === "submit" ? guideButton(kiosk, "online") : []),
      ...(ways.post ? guideButton(kiosk, kiosk.order.service === "result" ? "return" : "post") : [])],
  }),
};

function code(kind, src, name, note) {
  return make("figure", { class: "policy__code", "data-way": kind },
    make("img", { src, alt: "", width: 300, height: 300 }),
    make("figcaption", {}, make("strong", {}, name), note ? make("span", {}, note) : null));
}

/** The codes to scan; a Zalo channel that has a name only is named. */
function codes(kiosk, ways, channel) {
  const found = [];
  if (ways.portal_url) found.push(code("portal", portalCode(kiosk, "portal"), t("scan_portal"), ways.portal_url.replace(/^https?:\/\//, "").replace(/\/$/, "")));
  if (ways.zalo) found.push(code("zalo", portalCode(kiosk, "zalo"), t("scan_zalo"), channel));
  return found;
}

function fill(kiosk, node, told, ways) {
  const { policy } = kiosk.board;
  const channel = policy?.zalo_channel ?? "";
  const down = Boolean(ways.portal_down && told.codes);
  const shown = told.codes ? codes(kiosk, ways, channel) : [];
  put(node, "down", down ? t("portal_down") : "");
  put(node, "down-next", down ? t("portal_down_next") : "");
  slot(node, "codes").append(...shown);
  show(slot(node, "codes"), shown.length > 0);
  put(node, "zalo", told.codes && channel && !ways.zalo ? t("zalo_channel", { name: channel }) : "");
  show(slot(node, "hotline"), Boolean(ways.hotline));
  put(node, "number", ways.hotline);
  if (told.forms) {
    slot(node, "forms").append(...FORMS.map(([sign, does], place) => make("li", {}, make("button",
      { type: "button", class: "guide__form", "data-act": does === "post" ? "choose" : does, "data-n": does, "data-form": sign },
      picture(sign, "guide__form-picture"), make("span", {}, t(`guide_post_form_${place + 1}`))))));
  }
  show(slot(node, "forms"), Boolean(told.forms));
}

const ordinaryWays = ({ board, order }) => procedureOf(order.procedure)?.alternatives ?? board.policy?.alternatives ?? {};

export const policyScreen = {
  /** Who scans a code with a phone takes longer than who taps on. */
  idle: 60,
  perPage: AIR,
  overflows: tooTall,
  build(kiosk, { decision, given = null, perPage = AIR }) {
    const found = procedureOf(kiosk.order.procedure);
    const { policy } = kiosk.board;
    const ways = given?.alternatives ?? ordinaryWays(kiosk);
    const until = given?.deferred_until ?? (found ? spoken(found, "deferred_until", language()) : policy?.deferred_until ?? "");
    const told = kinds[decision](kiosk, ways, until);
    const node = screen("policy");
    node.dataset.code = decision;
    node.dataset.air = perPage;
    put(node, "title", told.title);
    put(node, "what", found ? named(found) : "");
    put(node, "window", policy ? windowText(policy) : "");
    put(node, "text", told.text ?? "");
    put(node, "why", told.why);
    fill(kiosk, node, told, ways);
    const base = given?.legal_base ?? (found ? spoken(found, "legal_base", language()) : policy?.legal_base);
    const legal = decision === "suspended" && base ? { ...base, list: "" } : base;
    slot(node, "legal").append(...legalLines(legal, LETTERS[perPage]).map((line) => make("p", {}, line)));
    show(slot(node, "legal"), Boolean(base));
    const more = [...told.more, ...findButton(kiosk), ...(policy ? [act(t("plan_open"), "plan", { quiet: true })] : [])];
    slot(node, "actions").append(...told.actions, make("div", { class: "actions__row" }, ...more));
    // Who was refused a number has been counted by the server already.
    if (given) kiosk.visit.diverted = true;
    else if (told.shown) divert(kiosk, told.shown);
    return node;
  },
  /** The plan was changed, ran out, or the portal went: what it says now. */
  renew(kiosk) {
    const decision = decisionOf(kiosk);
    if (decision === "ticket") toNumber(kiosk);
    else kiosk.redraw({ decision });
  },
  acts: {
    anyway: toNumber,
    guide: (kiosk, button) => kiosk.go("guide", { name: button.dataset.n }),
    plan: (kiosk) => kiosk.go("plan"),
    find: (kiosk) => kiosk.go("search"),
    choose(kiosk, button) {
      const to = button.dataset.n;
      divert(kiosk, to);
      if (to === "deferred") kiosk.go("noted", { until: kiosk.board.policy?.deferred_until ?? "" });
      else if (to === "portal") kiosk.go("guide", { name: "online" });
      else kiosk.go("guide", { name: kiosk.order.service === "result" ? "return" : "post" });
    },
  },
};

export const isRefused = (problem) => REFUSED.includes(problem.code);
