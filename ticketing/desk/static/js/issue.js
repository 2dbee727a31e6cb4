/** A number issued at the counter for somebody, and where its slip comes out. */
import { make } from "../../js/dom.js";
import { clockSpan, t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { ask } from "./ask.js";
import { keepPrinter, presentPrinters, printerField, slipLink } from "./paper.js";
import { base, page, seat } from "./state.js";
import { actOnSite, explain } from "./verbs.js";

const REFUSED_BY_POLICY = ["online_only", "post_only", "suspended"];

/** The procedures and the plan of this moment: both change under an open page. */
async function presentPlan() {
  try {
    const asked = ["procedures", "policy"].map((path) => api("GET", `${base}/${path}`, { as: "staff" }));
    const [procedures, plan] = await Promise.all(asked);
    return { procedures: procedures.data.items, policy: plan.data.policy };
  } catch (problem) {
    explain(problem);
    return { procedures: [], policy: null };
  }
}

export async function issue() {
  const [plan, printers] = await Promise.all([presentPlan(), presentPrinters()]);
  const paper = printers.length ? [printerField(printers, t("no_paper"))] : [];
  const answered = await ask({ title: t("issue_title"), action: t("issue"), fields: [...questions(plan.procedures), ...paper], wide: true });
  if (!answered) return;
  if (paper.length) keepPrinter(answered.printer);
  const body = order(answered);
  const refused = page.supervisor ? refusing(plan, body) : null;
  // A supervisor who makes an exception sends nobody away: asking first would count a diversion.
  await (refused ? except(body, refused.text) : send(body));
}

/** The legal base on which the plan refuses an order; null where it doesn't. */
function refusing({ procedures, policy }, { service, procedure }) {
  const key = { submit: "decision", result: "result_decision" }[service];
  const says = procedures.find((one) => one.code === procedure) ?? policy;
  return key && says && REFUSED_BY_POLICY.includes(says[key]) ? says.legal_base : null;
}

function questions(known) {
  const options = (field) => [{ value: "", label: t("any_procedure") }, ...known.filter((p) => p.field === field).map((p) => ({ value: p.code, label: p.name }))];
  const own = seat()?.fields ?? [];
  const first = own.length === 1 ? own[0] : "";
  const refill = (code, form) => form.elements.procedure.replaceChildren(...options(code).map((o) => make("option", { value: o.value }, o.label)));
  const onService = (code, form) => {
    for (const name of ["field", "procedure", "applicant"]) form.querySelector(`[data-row="${name}"]`).hidden = code !== "submit";
    form.elements.field.required = code === "submit";
  };
  return [
    { name: "service", label: t("service"), type: "select", value: "submit", onChange: onService, options: [{ value: "submit", label: t("submit") }, ...page.services.map((s) => ({ value: s.code, label: s.name }))] },
    { name: "field", label: t("field"), type: "select", value: first, required: true, onChange: refill, options: [{ value: "", label: t("field_choose") }, ...page.fields.map((f) => ({ value: f.code, label: f.name }))] },
    { name: "procedure", label: t("procedure"), type: "select", value: "", options: options(first) },
    { name: "dossiers", label: t("dossiers_n"), type: "number", value: 1, min: 1, max: page.max_dossiers, required: true },
    { name: "applicant", label: t("applicant"), type: "select", value: "individual", options: ["individual", "organisation"].map((code) => ({ value: code, label: t(code) })) },
    { name: "priority", label: t("priority"), type: "select", value: "", options: [{ value: "", label: t("none") }, ...page.priorities.map((p) => ({ value: p.code, label: p.name }))] },
  ];
}

function order({ service, field, procedure, dossiers, priority, applicant, printer }) {
  const body = { service, dossiers, priority: priority || null, ...(printer ? { printer } : {}) };
  if (service === "submit") Object.assign(body, { applicant }, procedure ? { procedure } : { field });
  return body;
}

async function send(body) {
  let refusal = null;
  const answer = await actOnSite("tickets", body, (problem) => {
    refusal = problem;
  });
  if (answer) return shown(answer.data);
  if (!refusal) return null;
  if (!page.supervisor || body.exception || !REFUSED_BY_POLICY.includes(refusal.code)) return explain(refusal);
  return except(body, refusal.detail);
}

async function except(body, text) {
  const answered = await ask({
    title: t("exception_title"), text, action: t("exception"),
    fields: [{ name: "reason", label: t("reason"), hint: t("reason_hint"), required: true, maxlength: 200 }],
  });
  return answered && send({ ...body, exception: { reason: answered.reason } });
}

function shown(ticket) {
  const facts = { field: ticket.field_name || ticket.service_name, ahead: ticket.ahead ?? 0, time: ticket.expected_from && clockSpan(ticket.expected_from, ticket.expected_to) };
  const told = t(ticket.wait_reason ? "issued_text_no_counter" : facts.time ? "issued_text" : "issued_text_now", facts);
  return ask({
    title: t("issued_title", ticket), back: t("close_dialog"), extra: make("p", {}, slipLink(ticket.code, ticket.print ? 1 : 0)),
    lines: ticket.print ? [told, t("printed_on", ticket.print)] : [told],
  });
}
