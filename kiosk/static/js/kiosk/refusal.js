/** A refusal says why, on what base, and every way on from there. */
import { make, show } from "../dom.js";
import { number } from "../texts.js";
import { hasGuide } from "./guides.js";
import { nextSessionText, stateText } from "./home.js";
import { page, put, screen, slot, t } from "./words.js";

const act = (label, name, { quiet = false, n = "" } = {}) =>
  make("button", { type: "button", class: quiet ? "button button--quiet button--wide" : "button button--go", "data-act": name, "data-n": n }, label);

function closed({ reason, data }, kiosk) {
  if (reason === "emergency") return { title: t("stopped_title"), text: data.text };
  const next = nextSessionText(data.next_session, kiosk.board);
  if (reason === "field_not_offered") return { title: t("field_closed"), text: next };
  const state = stateText(kiosk.board);
  return { title: t("refuse_closed_title"), text: state ? state.join(". ") : next };
}

function full({ data }, kiosk) {
  const left = data.remaining ?? 0;
  const text = left ? t("refuse_cap_left", { n: number(left) }) : "";
  const actions = left ? [act(t("refuse_take_n", { n: number(left) }), "fewer", { n: left })] : [];
  return { title: t(left ? "refuse_cap_title" : "refuse_cap_none"), text, next: nextSessionText(data.next_session, kiosk.board), actions };
}

const kinds = {
  session_closed: closed,
  cap_reached: full,
  too_many_dossiers: ({ data }) => ({
    title: t("refuse_many_title"),
    text: t("dossiers_max", { n: number(data.max ?? page.site.max_dossiers) }),
    actions: [act(t("refuse_take_n", { n: number(data.max ?? 1) }), "fewer", { n: data.max ?? 1 })],
  }),
  online_only: () => ({ title: t("refuse_online_only"), policy: true }),
  post_only: () => ({ title: t("refuse_post_only"), policy: true }),
  suspended: () => ({ title: t("refuse_suspended"), policy: true }),
  online_preferred: () => ({ title: t("prefer_online"), policy: true, actions: [act(t("take_anyway"), "anyway", { quiet: true })] }),
  post_preferred: () => ({ title: t("prefer_post"), policy: true, actions: [act(t("take_anyway"), "anyway", { quiet: true })] }),
  storage_full: () => ({ title: t("refuse_busy"), text: t("refuse_busy_next"), actions: [act(t("refuse_again"), "again")] }),
};

const WHY = ["online_only", "online_preferred", "post_only", "post_preferred", "suspended", "cap_reached"];

/** The guides that lead on from here; a small refusal of a button's own needs none. */
function guidesFor({ code, data }) {
  const open = data?.alternatives ?? {};
  const wanted = [open.portal_url && "online", open.post && "post"].filter(Boolean);
  if (!WHY.includes(code)) return [];
  return (wanted.length ? wanted : ["online"]).filter(hasGuide).map((name) => act(t(`guide_${name}`), "guide", { quiet: true, n: name }));
}

const generic = (problem) => ({
  title: t("refuse_generic"), text: problem.detail || t("refuse_busy_next"), actions: [act(t("refuse_again"), "again")],
});

/** The ways that the site really has, each with what it needs: an address as a QR code, a number, a place. */
function ways(given) {
  const found = given ?? { portal_url: page.site.portal_url, hotline: page.site.hotline, help_desk: true };
  const lines = [];
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
    const open = ways(problem.data?.alternatives);
    show(slot(node, "ways"), open.lines.length > 0);
    slot(node, "way-list").append(...open.lines.map((line) => make("li", {}, line)));
    slot(node, "codes").append(...open.codes.map(([kind, name]) => make("figure", {},
      make("img", { src: `/${page.site.code}/qr/${kind}.svg`, alt: "", width: 220, height: 220 }), make("figcaption", {}, name))));
    const base = problem.data?.legal_base;
    put(node, "legal", told.policy && base ? t("legal_base", { text: base.text }) : "");
    slot(node, "actions").append(...(told.actions ?? []), make("div", { class: "actions__row" }, ...guidesFor(problem)));
    return node;
  },
  acts: {
    guide(kiosk, button) {
      kiosk.trail.push(["refusal", kiosk.options]);
      kiosk.go("guide", { name: button.dataset.n });
    },
    fewer(kiosk, button) {
      kiosk.order.dossiers = Number(button.dataset.n);
      kiosk.go("confirm");
    },
    anyway: (kiosk) => kiosk.go("dossiers"),
    again: (kiosk) => kiosk.go("confirm"),
  },
};
