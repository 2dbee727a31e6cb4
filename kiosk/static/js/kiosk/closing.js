/** The end of a flow: the check, the one order to the server, the number, or what to do instead. */
import { api } from "../api.js";
import { make, say, show } from "../dom.js";
import { clock, number } from "../texts.js";
import { mayReprint, printAgain, printOnce } from "./printing.js";
import { refusalScreen } from "./refusal.js";
import { isRefused } from "./policy.js";
import { loadProcedures, procedureOf, spoken } from "./procedures.js";
import { takeTicket } from "./taking.js";
import { isLate, language, named, page, put, screen, slot, t } from "./words.js";

const HOME_S = 25;
const PATIENCE_MS = 120_000;

function summary(order) {
  const lines = [[t("confirm_service"), t(`service_${order.service}`)]];
  const field = page.fields.find((one) => one.code === order.field);
  const found = procedureOf(order.procedure);
  const special = page.priorities.find((one) => one.code === order.priority);
  if (field) lines.push([t("confirm_field"), named(field)]);
  if (found) lines.push([t("confirm_procedure"), named(found)]);
  if (order.applicant === "organisation") lines.push([t("applicant"), t("organisation")]);
  if (order.dossiers) lines.push([t("confirm_dossiers"), number(order.dossiers)]);
  if (special) lines.push([t("confirm_priority"), named(special)]);
  const time = processingTime(order);
  if (time) lines.push([t("confirm_time"), time]);
  return lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}

/** How long the office may take for the dossier, which says nothing of the wait here. */
const processingTime = ({ service, procedure }) => (service === "submit" && procedure ? spoken(procedureOf(procedure) ?? {}, "processing_time", language()) ?? "" : "");

const confirm = {
  build(kiosk) {
    const node = screen("confirm");
    const helping = kiosk.order.service === "help";
    put(node, "title", t(helping ? "confirm_help_title" : "confirm_title"));
    slot(node, "summary").append(...summary(kiosk.order));
    put(node, "bring", kiosk.order.service === "result" ? t("bring_result") : helping ? t("service_help_note") : "");
    put(node, "late", kiosk.order.service === "submit" && isLate() ? t("late_note", { time: page.site.late_from }) : "");
    return node;
  },
  renew: (kiosk) => kiosk.redraw(),
  acts: {
    submit(kiosk, button) {
      button.disabled = true;
      kiosk.go("taking");
    },
  },
};

/** Nobody stands here for two minutes: a number that comes later than that is given back, not printed. */
const taking = {
  bar: false,
  idle: 0,
  passing: true,
  build(kiosk, { pending = null }) {
    const node = screen("taking");
    let gone = false;
    const giveUp = setTimeout(() => {
      gone = true;
      kiosk.home();
    }, PATIENCE_MS);
    takeTicket(kiosk.order, kiosk.visit.key, () => put(node, "retry", t("taking_retry")), pending)
      .then((ticket) => {
        if (gone) return api("DELETE", `/api/v1/tickets/${ticket.code}`);
        return kiosk.go("ticket", { ticket });
      })
      .catch((problem) => {
        if (gone) return;
        if (problem.status === 401 || problem.status === 403) window.location.reload();
        else if (isRefused(problem)) loadProcedures().then(() => kiosk.go("policy", { decision: problem.code, given: problem.data }));
        else kiosk.go("refusal", { problem });
      })
      .finally(() => clearTimeout(giveUp));
    return node;
  },
};

function whatFor(given) {
  const name = given.procedure_name || given.service_name;
  return given.dossiers > 1 ? `${name} · ${t("several_ok", { n: number(given.dossiers) })}` : name;
}

function countDown(kiosk, node) {
  let end = Date.now() + HOME_S * 1000;
  const update = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    say(slot(node, "countdown"), t("home_in", { n: left }));
    if (left === 0) kiosk.home();
  };
  const timer = setInterval(update, 500);
  node.addEventListener("leave", () => clearInterval(timer));
  node.addEventListener("stay", () => {
    end = Date.now() + HOME_S * 1000;
    update();
  });
  update();
}

function aboutSlip(node, text, good) {
  put(node, "slip", text);
  slot(node, "slip").classList.toggle("banner--good", good);
  slot(node, "slip").classList.toggle("banner--warn", !good);
}

const ticket = {
  bar: false,
  idle: 0,
  passing: true,
  build(kiosk, { ticket: given }) {
    const node = screen("ticket");
    say(slot(node, "number"), given.number);
    slot(node, "number").dataset.ticketNumber = given.number;
    put(node, "what", whatFor(given));
    put(node, "ahead", given.ahead === null ? "" : given.ahead ? t("ahead_n", { n: number(given.ahead) }) : t("ahead_none"));
    put(node, "expected", given.expected_at ? t("expected", { time: clock(given.expected_at) }) : "");
    put(node, "note", given.expected_at ? t("expected_note") : "");
    put(node, "room", given.wait_outside ? t("room_full") : "");
    const time = processingTime(given);
    put(node, "time", time ? t("processing_time", { time }) : "");
    slot(node, "qr").src = `/t/${given.code}/qr.svg`;
    put(node, "trouble", t("trouble"));
    aboutSlip(node, t("take_slip"), true);
    printOnce(given.code).then((printed) => printed || aboutSlip(node, t("print_trouble"), false));
    countDown(kiosk, node);
    return node;
  },
  acts: {
    trouble(kiosk, button) {
      aboutSlip(kiosk.node, t("trouble_next"), false);
      kiosk.node.dispatchEvent(new Event("stay"));
      show(button, mayReprint(kiosk.options.ticket.code));
      say(button, t("reprint"));
      button.dataset.act = "reprint";
    },
    async reprint(kiosk, button) {
      const { node } = kiosk;
      show(button, false);
      node.dispatchEvent(new Event("stay"));
      const printed = await printAgain(kiosk.options.ticket.code);
      aboutSlip(node, t(printed ? "reprinted" : "print_trouble"), false);
    },
  },
};

export const closingScreens = { confirm, taking, ticket, refusal: refusalScreen };
