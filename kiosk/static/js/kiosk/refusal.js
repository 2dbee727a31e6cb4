/** A refusal by the day's hours or caps says why, and every way on from there. */
import { make, show } from "../dom.js";
import { number } from "../texts.js";
import { hasGuide, portalCode } from "./guides.js";
import { clockHeld, nextSessionText, stateText } from "./home.js";
import { act } from "./parts.js";
import { openWays } from "./procedures.js";
import { elsewhere, toWhere } from "./where.js";
import { page, put, screen, slot, t } from "./words.js";

const ABOUT_TWO_LINES = 90;

function closed({ reason, data }, kiosk) {
  if (reason === "emergency") return { title: t("stopped_title"), text: data.text };
  const next = nextSessionText(data.next_session, kiosk.board);
  if (reason === "field_not_offered") return { title: t("field_closed"), text: next };
  const state = stateText(kiosk.board);
  return { title: t("refuse_closed_title"), text: state ? state.join(". ") : next };
}

/** What is still to be had, in about two lines: below stand the ways on, and nothing is scrolled. */
function stillOpen(names) {
  const said = names.filter((_name, place) => place === 0 || names.slice(0, place + 1).join(", ").length <= ABOUT_TWO_LINES);
  const more = names.length - said.length;
  return more ? t("still_open_more", { names: said.join(", "), n: number(more) }) : t("still_open", { names: said.join(", ") });
}

function full({ data }, kiosk) {
  const left = data.remaining ?? 0;
  const { kind = "session", name } = data.full ?? {};
  const which = kind === "session" ? "" : `_${kind}`;
  const open = (data.still_open ?? []).filter((one) => !ALWAYS.includes(one.code)).map((one) => one.name);
  const text = [left && t(`refuse_cap_left${which}`, { n: number(left), name }), open.length && stillOpen(open)].filter(Boolean).join(" ");
  const actions = left ? [act(t("refuse_take_n", { n: number(left) }), "fewer", { n: left })] : [];
  return { title: t(left ? "refuse_cap_title" : `refuse_cap_none${which}`, { name }), text, next: nextSessionText(data.next_session, kiosk.board), actions };
}

const kinds = {
  session_closed: closed,
  cap_reached: full,
  too_many_dossiers: ({ data }) => ({
    title: t("refuse_many_title"),
    text: t("dossiers_max", { n: number(data.max ?? page.site.max_dossiers) }),
    actions: [act(t("refuse_take_n", { n: number(data.max ?? 1) }), "fewer", { n: data.max ?? 1 })],
  }),
  clock_held() {
    const [title, text] = clockHeld();
    return { title, text, actions: [act(t("refuse_again"), "again")] };
  },
  storage_full: () => ({ title: t("refuse_busy"), text: t("refuse_busy_next"), actions: [act(t("refuse_again"), "again")] }),
};

/** Not worth a word where a field is full: the one has a button of its own, the other is for postmen. */
const ALWAYS = ["help", "postal_handover"];
const WHY = ["cap_reached"];
const FULL = ["cap_reached", "session_closed"];

/** The guides that lead on from here; a small refusal of a button's own needs none. */
const guidesFor = (kiosk, { code }) => (WHY.includes(code)
  ? ["online", "post"].filter((name) => hasGuide(kiosk, name)).map((name) => act(t(`guide_${name}`), "guide", { quiet: true, n: name })) : []);

const generic = (problem) => ({
  title: t("refuse_generic"), text: problem.detail || t("refuse_busy_next"), actions: [act(t("refuse_again"), "again")],
});

/** The ways that are open today, each with what it needs: an address as a QR code, a number, a place. */
function ways(found) {
  const lines = [];
  if (found.portal_down) lines.push(t("portal_down"));
  if (found.portal_url) lines.push(t("way_portal"));
  if (found.zalo) lines.push(t("way_zalo"));
  if (found.post) lines.push(t("way_post"));
  if (found.hotline) lines.push(`${t("way_hotline")}: ${found.hotline}`);
  if (found.help_desk) lines.push(t("way_help_desk"));
  return { lines, codes: [found.portal_url && ["portal", t("code_portal")], found.zalo && ["zalo", "Zalo"]].filter(Boolean) };
}

export const refusalScreen = {
  passing: true,
  build(kiosk, { problem }) {
    const told = (kinds[problem.code] ?? generic)(
      { ...problem, reason: problem.reason ?? problem.data?.reason, data: problem.data ?? {}, detail: problem.detail }, kiosk);
    const node = screen("refusal");
    node.dataset.code = problem.code;
    put(node, "title", told.title);
    put(node, "text", told.text ?? "");
    put(node, "next", told.next ?? "");
    put(node, "why", WHY.includes(problem.code) ? t(`why_${problem.code}`) : "");
    const open = ways(openWays(kiosk));
    show(slot(node, "ways"), open.lines.length > 0);
    slot(node, "way-list").append(...open.lines.map((line) => make("li", {}, line)));
    slot(node, "codes").append(...open.codes.map(([kind, name]) => make("figure", {},
      make("img", { src: portalCode(kiosk, kind), alt: "", width: 220, height: 220 }), make("figcaption", {}, name))));
    const others = page.family && kiosk.order.service === "submit" && FULL.includes(problem.code) ? [elsewhere(kiosk.order)] : [];
    slot(node, "actions").append(...(told.actions ?? []), ...others, make("div", { class: "actions__row" }, ...guidesFor(kiosk, problem)));
    return node;
  },
  acts: {
    where(kiosk) {
      kiosk.trail.push(["refusal", kiosk.options]);
      toWhere.where(kiosk);
    },
    guide(kiosk, button) {
      kiosk.trail.push(["refusal", kiosk.options]);
      kiosk.go("guide", { name: button.dataset.n });
    },
    fewer(kiosk, button) {
      kiosk.order.dossiers = Number(button.dataset.n);
      kiosk.go("confirm");
    },
    again: (kiosk) => kiosk.go("confirm"),
  },
};
