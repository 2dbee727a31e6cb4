/** The end of a flow: the check, the one order to the server, the number, or what to do instead. */
import { api } from "../api.js";
import { say, show } from "../dom.js";
import { clockSpan, number } from "../texts.js";
import { confirm, processingTime } from "./confirm.js";
import { followPaper, paperOf, reprint } from "./printer.js";
import { mayReprint, printAgain, printOnce, remember } from "./printing.js";
import { refusalScreen } from "./refusal.js";
import { isRefused } from "./policy.js";
import { loadProcedures } from "./procedures.js";
import { takeTicket } from "./taking.js";
import { put, screen, slot, t } from "./words.js";

const HOME_S = 25;
const PATIENCE_MS = 120_000;

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
        return kiosk.go("ticket", { ticket: { ...ticket, paper: paperOf(ticket) } });
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

/** The number on the screen outlives a reload, as long as it would have stood there. */
const SHOWN = "layso.shown";

export function stillShown() {
  const { ticket: given, until } = JSON.parse(sessionStorage.getItem(SHOWN) || "{}");
  return until > Date.now() ? { ticket: given, until } : null;
}

function countDown(kiosk, node, until) {
  let end = until;
  const keep = () => sessionStorage.setItem(SHOWN, JSON.stringify({ ticket: kiosk.options.ticket, until: end }));
  const update = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    say(slot(node, "countdown"), t("home_in", { n: left }));
    if (left === 0) kiosk.home();
  };
  const timer = setInterval(update, 500);
  node.addEventListener("leave", () => {
    clearInterval(timer);
    sessionStorage.removeItem(SHOWN);
  });
  node.addEventListener("stay", () => {
    end = Date.now() + HOME_S * 1000;
    keep();
    update();
  });
  keep();
  update();
}

function aboutSlip(node, text, good) {
  put(node, "slip", text);
  slot(node, "slip").classList.toggle("banner--good", good);
  slot(node, "slip").classList.toggle("banner--warn", !good);
}

/** What is said of the slip while it comes, from wherever it does; without paper the number is on the phone. */
function paper(given, node) {
  if (given.paper === "phone") {
    aboutSlip(node, t("no_slip"), false);
    return;
  }
  aboutSlip(node, t("take_slip"), true);
  if (given.paper === "printer") {
    const heard = (state) => state === "failed" && aboutSlip(node, t("print_trouble"), false);
    setTimeout(followPaper, 0, given.code, node, heard);
  } else {
    printOnce(given.code).then((printed) => printed || aboutSlip(node, t("print_trouble"), false));
  }
}

function expectedWords({ expected_from: from, expected_to: to, expected_rough: rough }) {
  const words = t("expected", { time: clockSpan(from, to) });
  return rough ? `${words} (${t("rough")})` : words;
}

const ticket = {
  bar: false,
  idle: 0,
  passing: true,
  build(kiosk, { ticket: given, until = Date.now() + HOME_S * 1000 }) {
    const node = screen("ticket");
    say(slot(node, "number"), given.number);
    slot(node, "number").dataset.ticketNumber = given.number;
    put(node, "what", whatFor(given));
    put(node, "ahead", given.ahead === null ? "" : given.ahead ? t("ahead_n", { n: number(given.ahead) }) : t(given.wait_reason ? "ahead_nobody" : "ahead_none"));
    put(node, "expected", given.wait_reason ? t("no_counter") : given.expected_from ? expectedWords(given) : "");
    put(node, "note", given.expected_at ? t("expected_note") : "");
    put(node, "room", given.wait_outside ? t("room_full") : "");
    const time = processingTime(given);
    put(node, "time", time ? t("processing_time", { time }) : "");
    slot(node, "qr").src = `/t/${given.code}/qr.svg`;
    put(node, "trouble", given.paper === "phone" ? "" : t("trouble"));
    paper(given, node);
    countDown(kiosk, node, until);
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
      const { code, paper } = kiosk.options.ticket;
      const printed = await (paper === "printer" ? remember(code) && reprint(code) : printAgain(code));
      aboutSlip(node, t(printed ? "reprinted" : "print_trouble"), false);
    },
  },
};

export const closingScreens = { confirm, taking, ticket, refusal: refusalScreen };
