/** The last look before the number: what it is for, what to bring, and how many, for whom, with what priority. */
import { all, make, say, show } from "../dom.js";
import { number } from "../texts.js";
import { isDown, printerText } from "./printer.js";
import { procedureOf, spoken } from "./procedures.js";
import { isLate, language, named, page, put, screen, slot, t } from "./words.js";

const MOST_HANDED_OVER = 99;

/** How long the office may take for the dossier, which says nothing of the wait here. */
export const processingTime = ({ service, procedure }) => (service === "submit" ? about(procedure, "processing_time") : "");

const about = (procedure, key) => spoken(procedureOf(procedure) ?? {}, key, language()) ?? "";
const isCounted = ({ service }) => ["submit", "postal_handover"].includes(service);

function summary(order) {
  const lines = [];
  const field = page.fields.find((one) => one.code === order.field);
  const found = procedureOf(order.procedure);
  if (!field) lines.push([t("confirm_service"), t(`service_${order.service}`)]);
  if (field) lines.push([t("confirm_field"), named(field)]);
  if (found) lines.push([t("confirm_procedure"), named(found)]);
  const time = processingTime(order);
  if (time) lines.push([t("confirm_time"), time]);
  return lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}

function toBring({ service, procedure }) {
  if (service === "result") return t("bring_result");
  if (service === "help") return t("service_help_note");
  const bring = about(procedure, "bring");
  return bring && t("bring", { bring });
}

function most({ board, order }) {
  if (order.service !== "submit") return { limit: MOST_HANDED_OVER, left: null };
  const left = board.fields.find((one) => one.code === order.field)?.remaining ?? null;
  return { limit: Math.max(1, Math.min(page.site.max_dossiers, left ?? Infinity)), left };
}

/** What was chosen stays as it is when others take the last places: who asks for too many is told what is left. */
function live(kiosk, node) {
  const { order } = kiosk;
  put(node, "printer", printerText());
  say(slot(node, "take"), t(isDown() ? "confirm_take_phone" : "confirm_take"));
  if (!isCounted(order)) return;
  const { limit, left } = most(kiosk);
  order.dossiers ??= 1;
  say(slot(node, "count"), order.dossiers);
  say(slot(node, "unit"), t("n_dossiers", { n: order.dossiers }).replace(/^\d+\s/u, ""));
  const leftText = left === kiosk.board.session.remaining ? "dossiers_left" : "dossiers_left_field";
  const said = left !== null && left < page.site.max_dossiers ? t(leftText, { n: number(left) }) : t("dossiers_max", { n: page.site.max_dossiers });
  put(node, "most", order.service === "submit" ? said : "");
  node.querySelector('[data-act="less"]').disabled = order.dossiers <= 1;
  node.querySelector('[data-act="more"]').disabled = order.dossiers >= limit;
}

function drawApplicant({ order }, node) {
  for (const button of all('[data-act="applicant"]', node)) {
    button.setAttribute("aria-pressed", String(button.dataset.value === order.applicant));
  }
}

const step = (by) => (kiosk) => {
  kiosk.order.dossiers = (kiosk.order.dossiers ?? 1) + by;
  live(kiosk, kiosk.node);
};

export const confirm = {
  build(kiosk) {
    const { order } = kiosk;
    const node = screen("confirm");
    const submits = order.service === "submit";
    put(node, "title", t(order.service === "help" ? "confirm_help_title" : "confirm_title"));
    slot(node, "summary").append(...summary(order));
    put(node, "bring", toBring(order));
    put(node, "late", submits && isLate() ? t("late_note", { time: page.site.late_from }) : "");
    show(slot(node, "own"), isCounted(order));
    show(slot(node, "applicant"), submits);
    slot(node, "applicant").setAttribute("aria-label", t("applicant"));
    show(slot(node, "priority"), submits && page.priorities.length > 0);
    if (submits) order.applicant ??= "individual";
    const special = page.priorities.find((one) => one.code === order.priority);
    say(slot(node, "priority-name"), special ? named(special) : t("priority_none"));
    drawApplicant(kiosk, node);
    return node;
  },
  live,
  renew: (kiosk) => kiosk.redraw(),
  acts: {
    less: step(-1),
    more: step(1),
    applicant(kiosk, button) {
      kiosk.order.applicant = button.dataset.value;
      drawApplicant(kiosk, kiosk.node);
    },
    priority: (kiosk) => kiosk.go("priority"),
    submit(kiosk, button) {
      button.disabled = true;
      kiosk.go("taking");
    },
  },
};
