/** What is wanted, of which field, which procedure, how many, with what priority: never more than six choices. */
import { all, make, say, show } from "../dom.js";
import { number } from "../texts.js";
import { A_SCREEN, choice, overflows, pages, paging } from "./parts.js";
import { decisionOf, onward } from "./policy.js";
import { procedureOf, procedures, spoken } from "./procedures.js";
import { isLate, language, named, page, picture, put, screen, slot, t } from "./words.js";

const SIGNS = { submit: "submit", result: "result", help: "guide", postal_handover: "post" };

const inBoard = (kiosk, field) => kiosk.board.fields.find((one) => one.code === field);

function chooseService(kiosk, code) {
  kiosk.order = { service: code };
  if (code === "submit") kiosk.go("field");
  else if (code === "postal_handover") kiosk.go("dossiers");
  else onward(kiosk);
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
  else onward(kiosk);
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

/** Takes up a procedure, to be handed in or for its result, and does what today's plan says of it. */
export function chooseProcedure(kiosk, code) {
  const found = procedureOf(code);
  const { service } = kiosk.order;
  kiosk.order = { service: service === "result" ? "result" : "submit", field: found.field, procedure: code };
  const line = inBoard(kiosk, found.field);
  const counted = kiosk.order.service === "submit" && !["online_only", "suspended"].includes(decisionOf(kiosk));
  if (counted && (!line?.offered || line.remaining === 0)) chooseField(kiosk, found.field);
  else onward(kiosk);
}

/** What the plan says before the touch, and the processing time under its own name: it isn't the waiting time. */
export function procedureChoice(kiosk, found) {
  const time = spoken(found, "processing_time", language());
  const result = kiosk.order.service === "result";
  const says = t(`tag_${result ? found.result_decision : found.decision}`);
  const note = [says, time && !result ? t("processing_time", { time }) : ""].filter(Boolean).join(" · ");
  return choice({ code: found.code, name: named(found), note }, () => chooseProcedure(kiosk, found.code));
}

const procedure = {
  overflows,
  perPage: A_SCREEN - 1,
  build(kiosk, options) {
    const items = procedures(kiosk.order.field).map((one) => procedureChoice(kiosk, one));
    const unknown = choice({ code: "unknown", name: t("procedure_unknown"), note: t("procedure_unknown_note") }, () => {
      kiosk.order = { service: "submit", field: kiosk.order.field };
      onward(kiosk);
    });
    const field = page.fields.find((one) => one.code === kiosk.order.field);
    unknown.firstElementChild.classList.add("choice--strong");
    const lead = isLate() ? `${named(field)}. ${t("late_note", { time: page.site.late_from })}` : named(field);
    return pages({ title: t("procedure_title"), lead, items, extra: [unknown.firstElementChild] }, options.page, options.perPage ?? A_SCREEN - 1);
  },
  renew: (kiosk) => kiosk.redraw(),
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
