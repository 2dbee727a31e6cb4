/** The plan in force as a page, the procedures done and not done by post, and the end of a way without a number. */
import { all, make, one, say, show } from "../dom.js";
import { number } from "../texts.js";
import { act, paging } from "./parts.js";
import { legalLines, tooTall, windowText } from "./policy.js";
import { procedures, spoken } from "./procedures.js";
import { language, named, put, screen, slot, t } from "./words.js";

const READING_S = 120;
const LINES = 9;

/** What the plan means for who comes here, a line each. */
function meaning(policy) {
  if (policy.in_person === "suspended") return [t("plan_suspended")];
  const lines = [`plan_online_${policy.online_mode}`, `plan_submit_${policy.decision}`, `plan_result_${policy.result_decision}`];
  if (policy.cap_announced) lines.push("plan_cap");
  return lines.map((key) => t(key, { until: policy.deferred_until })).filter(Boolean);
}

const plan = {
  idle: READING_S,
  perPage: 1,
  overflows: tooTall,
  build(kiosk, { perPage = 1 }) {
    const { policy } = kiosk.board;
    const node = screen("plan");
    node.dataset.air = perPage;
    const listed = procedures().find((one) => one.online);
    put(node, "title", policy ? policy.title : t("plan_none"));
    put(node, "window", policy ? windowText(policy) : "");
    slot(node, "means").append(...(policy ? meaning(policy) : []).map((line) => make("li", {}, line)));
    const base = policy && { ...policy.legal_base, ...(listed && spoken(listed, "legal_base", language())), text: policy.legal_base.text };
    slot(node, "legal").append(...legalLines(base).map((line) => make("p", {}, line)));
    put(node, "zalo", policy?.zalo_channel ? t("zalo_channel", { name: policy.zalo_channel }) : "");
    return node;
  },
  renew: (kiosk) => kiosk.redraw(),
};

/** Both lists that a centre has to post (Decision 45/2016/QĐ-TTg, Article 13), from the table of procedures. */
const postal = {
  idle: READING_S,
  perPage: LINES,
  overflows(kiosk) {
    const body = one(".screen__body", kiosk.node);
    return body.scrollHeight > body.clientHeight + 1 && slot(kiosk.node, "list").childElementCount > 2;
  },
  build(_kiosk, { present = false, page: at = 0, perPage = LINES }) {
    const node = screen("postal");
    const lists = [procedures().filter((one) => !one.requires_presence), procedures().filter((one) => one.requires_presence)];
    for (const [place, button] of all('[data-act="list"]', node).entries()) {
      say(one("span", button), t(place ? "postal_not" : "postal_by", { n: number(lists[place].length) }));
      button.setAttribute("aria-pressed", String(Boolean(place) === present));
    }
    const shown = lists[Number(present)];
    const count = Math.max(1, Math.ceil(shown.length / perPage));
    const where = Math.min(at, count - 1);
    slot(node, "list").append(...shown.slice(where * perPage, (where + 1) * perPage).map((one) => make("li", {}, named(one))));
    put(node, "none", shown.length ? "" : t("postal_none"));
    show(slot(node, "pager"), count > 1);
    say(slot(node, "where"), t("page_of", { page: where + 1, pages: count }));
    one('[data-act="previous"]', node).disabled = where === 0;
    one('[data-act="next"]', node).disabled = where === count - 1;
    return node;
  },
  renew: (kiosk) => kiosk.redraw(),
  acts: { ...paging, list: (kiosk, button) => kiosk.redraw({ present: button.dataset.value === "present" }) },
};

const noted = {
  passing: true,
  build(_kiosk, { until }) {
    const node = screen("noted");
    put(node, "text", t(until ? "noted_until" : "noted_text", { until }));
    slot(node, "actions").append(act(t("finish"), "home"));
    return node;
  },
};

export const planScreens = { plan, postal, noted };
