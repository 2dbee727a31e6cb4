/** What is wanted, of which field, which procedure, how many, with what priority: never more than six choices. */
import { all, make, one, say, show } from "../dom.js";
import { number } from "../texts.js";
import { procedureOf, procedures } from "./procedures.js";
import { language, named, page, picture, put, screen, slot, t } from "./words.js";

const A_SCREEN = 6;
const SIGNS = { submit: "submit", result: "result", help: "guide", postal_handover: "post" };

/** One choice as a large button; `choose` is called when it is touched. */
export function choice({ code, name, note = "", sign = "", off = false, small = false }, choose) {
  const words = make("span", { class: "choice__words" }, make("span", { class: "choice__name" }, name));
  if (note) words.append(make("span", { class: "choice__note" }, note));
  const classes = ["choice", off && "choice--off", small && "choice--small"].filter(Boolean).join(" ");
  const button = make("button", { type: "button", class: classes, "data-choice": code });
  if (sign) button.append(picture(sign, "choice__sign"));
  button.append(words);
  button.addEventListener("click", choose);
  return make("li", {}, button);
}

/** Fewer a page where six don't fit: long names, an English text, a small tablet. Nothing is ever scrolled. */
function overflows(kiosk) {
  const body = one(".screen__body", kiosk.node);
  return body.scrollHeight > body.clientHeight + 1 && slot(kiosk.node, "choices").childElementCount > 2;
}

/** The screen of choices, six a page, with page buttons only when there are more. */
export function pages({ title, lead = "", items, extra = [] }, pageNow = 0, perPage = A_SCREEN) {
  const node = screen("choices");
  put(node, "title", title);
  put(node, "lead", lead);
  const count = Math.max(1, Math.ceil(items.length / perPage));
  const shown = Math.min(pageNow, count - 1);
  const even = Math.ceil(items.length / count);
  slot(node, "choices").append(...items.slice(shown * even, (shown + 1) * even));
  slot(node, "choices").dataset.count = Math.min(even, items.length);
  slot(node, "extra").append(...extra);
  show(slot(node, "pager"), count > 1);
  say(slot(node, "where"), t("page_of", { page: shown + 1, pages: count }));
  node.querySelector('[data-act="previous"]').disabled = shown === 0;
  node.querySelector('[data-act="next"]').disabled = shown === count - 1;
  return node;
}

const turn = (by) => (kiosk) => kiosk.redraw({ ...kiosk.options, page: (kiosk.options.page ?? 0) + by });
const paging = { previous: turn(-1), next: turn(1) };

const inBoard = (kiosk, field) => kiosk.board.fields.find((one) => one.code === field);

function chooseService(kiosk, code) {
  kiosk.order = { service: code };
  if (code === "submit") kiosk.go("field");
  else if (code === "postal_handover") kiosk.go("dossiers");
  else kiosk.go("confirm");
}

const service = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const offered = ["submit", ...page.services.map((one) => one.code)];
    const items = ["submit", "result", "help", "postal_handover"]
      .filter((code) => offered.includes(code))
      .map((code) => {
        const small = code === "postal_handover";
        const note = small ? "" : t(`service_${code}_note`);
        return choice({ code, name: t(`service_${code}`), note, sign: SIGNS[code], small }, () => chooseService(kiosk, code));
      });
    return pages({ title: t("service_title"), items }, options.page, options.perPage);
  },
  acts: paging,
};

function fieldNote(line) {
  if (!line || !line.offered) return t("field_closed");
  if (line.remaining === 0) return t("field_full");
  const waiting = t("waiting_n", { n: number(line.waiting) });
  return line.remaining === null ? waiting : `${t("left_one", { n: number(line.remaining) })} · ${waiting}`;
}

function chooseField(kiosk, code) {
  kiosk.order = { service: "submit", field: code };
  const line = inBoard(kiosk, code);
  if (!line?.offered) kiosk.go("refusal", { problem: { code: "session_closed", reason: "field_not_offered", data: { next_session: kiosk.board.next_session } } });
  else if (line.remaining === 0) kiosk.go("refusal", { problem: { code: "cap_reached", data: { remaining: 0, next_session: kiosk.board.next_session } } });
  else if (procedures(code).length) kiosk.go("procedure");
  else kiosk.go("dossiers");
}

const field = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const items = page.fields.map((one) => {
      const line = inBoard(kiosk, one.code);
      const off = !line?.offered || line.remaining === 0;
      return choice({ code: one.code, name: named(one), note: fieldNote(line), off }, () => chooseField(kiosk, one.code));
    });
    const find = make("button", { type: "button", class: "button button--quiet button--wide", "data-act": "find" }, picture("search"), t("find"));
    return pages({ title: t("field_title"), items, extra: procedures().length ? [find] : [] }, options.page, options.perPage);
  },
  acts: { ...paging, find: (kiosk) => kiosk.go("search") },
};

/** Takes up a procedure and does what today's policy says of it. */
export function chooseProcedure(kiosk, code) {
  const found = procedureOf(code);
  kiosk.order = { service: "submit", field: found.field, procedure: code };
  const line = inBoard(kiosk, found.field);
  if (found.decision === "online_only" || found.decision === "suspended") {
    kiosk.go("refusal", { problem: { code: found.decision, data: policyOf(found) } });
  } else if (!line?.offered || line.remaining === 0) {
    chooseField(kiosk, found.field);
  } else if (found.decision.endsWith("_preferred")) {
    kiosk.go("refusal", { problem: { code: found.decision, data: policyOf(found) } });
  } else kiosk.go("dossiers");
}

function policyOf(found) {
  const english = language() === "en";
  return { alternatives: found.alternatives, legal_base: (english && found.legal_base_en) || found.legal_base };
}

export function procedureChoice(kiosk, found) {
  const time = (language() === "en" && found.processing_time_en) || found.processing_time;
  const note = time ? t("processing_time", { time }) : "";
  return choice({ code: found.code, name: named(found), note }, () => chooseProcedure(kiosk, found.code));
}

const procedure = {
  overflows,
  perPage: A_SCREEN - 1,
  build(kiosk, options) {
    const items = procedures(kiosk.order.field).map((one) => procedureChoice(kiosk, one));
    const unknown = choice({ code: "unknown", name: t("procedure_unknown"), note: t("procedure_unknown_note") }, () => {
      kiosk.order = { service: "submit", field: kiosk.order.field };
      kiosk.go("dossiers");
    });
    const field = page.fields.find((one) => one.code === kiosk.order.field);
    unknown.firstElementChild.classList.add("choice--strong");
    return pages({ title: t("procedure_title"), lead: named(field), items, extra: [unknown.firstElementChild] }, options.page, options.perPage ?? A_SCREEN - 1);
  },
  acts: paging,
};

function most(kiosk) {
  if (kiosk.order.service !== "submit") return { limit: 99, left: null };
  const left = inBoard(kiosk, kiosk.order.field)?.remaining ?? null;
  return { limit: Math.max(1, Math.min(page.site.max_dossiers, left ?? Infinity)), left };
}

function drawApplicant(kiosk, node) {
  for (const button of all('[data-act="applicant"]', node)) {
    button.setAttribute("aria-pressed", String(button.dataset.value === kiosk.order.applicant));
  }
}

function liveDossiers(kiosk, node) {
  const { limit, left } = most(kiosk);
  const count = Math.min(kiosk.order.dossiers ?? 1, limit);
  kiosk.order.dossiers = count;
  say(slot(node, "count"), count);
  put(node, "left", left === null ? "" : t("dossiers_left", { n: number(left) }));
  put(node, "max", kiosk.order.service === "submit" ? t("dossiers_max", { n: page.site.max_dossiers }) : "");
  node.querySelector('[data-act="less"]').disabled = count <= 1;
  node.querySelector('[data-act="more"]').disabled = count >= limit;
}

const step = (by) => (kiosk) => {
  kiosk.order.dossiers = (kiosk.order.dossiers ?? 1) + by;
  liveDossiers(kiosk, kiosk.node);
};

const dossiers = {
  build(kiosk) {
    const node = screen("dossiers");
    put(node, "title", t(kiosk.order.service === "submit" ? "dossiers_title" : "dossiers_title_handover"));
    const asked = slot(node, "applicant");
    asked.setAttribute("aria-label", t("applicant"));
    show(asked, kiosk.order.service === "submit");
    if (kiosk.order.service === "submit") kiosk.order.applicant ??= "individual";
    drawApplicant(kiosk, node);
    return node;
  },
  live: liveDossiers,
  acts: {
    less: step(-1),
    more: step(1),
    applicant(kiosk, button) {
      kiosk.order.applicant = button.dataset.value;
      drawApplicant(kiosk, kiosk.node);
    },
    go: (kiosk) => kiosk.go(kiosk.order.service === "submit" && page.priorities.length ? "priority" : "confirm"),
  },
};

const priority = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const choose = (code) => () => {
      kiosk.order.priority = code;
      kiosk.go("confirm");
    };
    const items = [
      choice({ code: "none", name: t("priority_none"), sign: "nobody" }, choose(null)),
      ...page.priorities.map((one) => choice({ code: one.code, name: named(one), sign: one.sign }, choose(one.code))),
    ];
    return pages({ title: t("priority_title"), lead: t("priority_lead"), items }, options.page, options.perPage);
  },
  acts: paging,
};

export const choiceScreens = { service, field, procedure, dossiers, priority };
