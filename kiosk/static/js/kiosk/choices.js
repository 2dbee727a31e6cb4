/** What is wanted, of which field, which procedure, with what priority. */
import { make } from "../dom.js";
import { number } from "../texts.js";
import { A_SCREEN, act, choice, overflows, pages, paging } from "./parts.js";
import { decisionOf, onward } from "./policy.js";
import { procedureOf, procedures, spoken } from "./procedures.js";
import { isLate, language, named, page, t } from "./words.js";

const SIGNS = { submit: "submit", result: "result", help: "guide", postal_handover: "post" };

const inBoard = (kiosk, field) => kiosk.board.fields.find((one) => one.code === field);

function chooseService(kiosk, code) {
  kiosk.order = { service: code };
  if (code === "submit") kiosk.go("field");
  else if (code === "postal_handover") kiosk.go("confirm");
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
  const left = line.remaining === null ? "" : t("left_one", { n: number(line.remaining) });
  return [left, line.wait_reason ? t("field_no_counter") : t("waiting_n", { n: number(line.waiting) })].filter(Boolean);
}

/** The refusal of a field that takes nothing more, as the server words it: what is full, and what is still open. */
function noneLeft(kiosk, code) {
  const { session, fields, services, next_session } = kiosk.board;
  const nameOf = (list, one) => named(list.find((each) => each.code === one.code) ?? one);
  const open = [
    ...fields.filter((one) => one.offered && one.remaining !== 0).map((one) => nameOf(page.fields, one)),
    ...services.filter((one) => one.code === "result" && one.remaining !== 0).map((one) => t(`service_${one.code}`)),
  ];
  const full = session.remaining === 0 ? { kind: "session" } : { kind: "field", name: nameOf(page.fields, { code }) };
  return { code: "cap_reached", data: { remaining: 0, next_session, full, still_open: [...new Set(open)].map((name) => ({ name })) } };
}

function chooseField(kiosk, code) {
  kiosk.order = { service: "submit", field: code };
  const line = inBoard(kiosk, code);
  if (!line?.offered) kiosk.go("refusal", { problem: { code: "session_closed", reason: "field_not_offered", data: { next_session: kiosk.board.next_session } } });
  else if (line.remaining === 0) kiosk.go("refusal", { problem: noneLeft(kiosk, code) });
  else if (procedures(code).length) kiosk.go("procedure");
  else onward(kiosk);
}

/** A field with what is left of it today. */
export function fieldChoice(kiosk, one) {
  const line = inBoard(kiosk, one.code);
  const off = !line?.offered || line.remaining === 0;
  return choice({ code: one.code, name: named(one), note: fieldNote(line), off }, () => chooseField(kiosk, one.code));
}

const findButton = () => act(t("find"), "find", { quiet: true, sign: "search" });
const row = (buttons) => make("div", { class: "tools" }, ...buttons.filter(Boolean));

const field = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const items = page.fields.map((one) => fieldChoice(kiosk, one));
    const tools = [
      procedures().length ? findButton() : null,
      page.services.some((one) => one.code === "result") ? act(t("service_result"), "result", { quiet: true, sign: "result" }) : null,
      page.services.length ? act(t("other_matters"), "other", { quiet: true, sign: "next" }) : null,
    ];
    return pages({ title: t("field_title"), items, extra: [row(tools)] }, options.page, options.perPage);
  },
  acts: {
    ...paging,
    find(kiosk) {
      kiosk.order = { service: "submit" };
      kiosk.go("search");
    },
    result: (kiosk) => chooseService(kiosk, "result"),
    other: (kiosk) => kiosk.go("service"),
  },
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
  const note = [says, time && !result ? t("processing_time", { time }) : ""].filter(Boolean);
  return choice({ code: found.code, name: named(found), note }, () => chooseProcedure(kiosk, found.code));
}

const procedure = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const items = procedures(kiosk.order.field).map((one) => procedureChoice(kiosk, one));
    const unknown = choice({ code: "unknown", name: t("procedure_unknown"), note: t("procedure_unknown_note") }, () => {
      kiosk.order = { service: "submit", field: kiosk.order.field };
      onward(kiosk);
    });
    const field = page.fields.find((one) => one.code === kiosk.order.field);
    unknown.firstElementChild.classList.add("choice--strong");
    const lead = isLate() ? `${named(field)}. ${t("late_note", { time: page.site.late_from })}` : named(field);
    return pages({ title: t("procedure_title"), lead, items, extra: [row([unknown.firstElementChild, findButton()])] }, options.page, options.perPage);
  },
  renew: (kiosk) => kiosk.redraw(),
  acts: { ...paging, find: (kiosk) => kiosk.go("search") },
};

const priority = {
  overflows,
  perPage: A_SCREEN,
  build(kiosk, options) {
    const choose = (code) => () => {
      kiosk.order.priority = code;
      kiosk.back();
    };
    const items = [
      choice({ code: "none", name: t("priority_none"), sign: "nobody" }, choose(null)),
      ...page.priorities.map((one) => choice({ code: one.code, name: named(one), sign: one.sign }, choose(one.code))),
    ];
    return pages({ title: t("priority_title"), lead: t("priority_lead"), items }, options.page, options.perPage);
  },
  acts: paging,
};

export const choiceScreens = { service, field, procedure, priority };
