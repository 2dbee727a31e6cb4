/** What a scanner read: a slip's address finds the ticket, an identity card is forgotten at once. */
import { t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { ask, asking } from "./ask.js";
import { isNext } from "./ordering.js";
import { addDossierCode, isDossierCode } from "./receipt.js";
import { page, seat, state, ticket } from "./state.js";
import { call, requeue, resume } from "./steps.js";
import { explain, tell } from "./verbs.js";

const TICKET = /\/t\/([A-Za-z0-9_-]{16,})/;

export async function scanned(text) {
  if (text.includes("|")) return tell(t("scanned_card"), "warn");
  if (!seat() || asking()) return null;
  const code = TICKET.exec(text)?.[1];
  if (code) return find(code);
  if (isDossierCode(text) && ticket()) {
    return addDossierCode(text);
  }
  return tell(t("scanned_no_ticket"), "warn");
}

async function find(code) {
  let found;
  try {
    found = (await api("GET", `/api/v1/tickets/${code}`, { as: "staff" })).data;
  } catch (problem) {
    return problem.status === 404 ? tell(t("scanned_unknown"), "warn") : explain(problem);
  }
  if (found.site && found.site !== page.site) return tell(t("other_site"), "warn");
  if (found.number === ticket()?.number) return tell(line(found));
  const { number } = found;
  if (found.state === "waiting") {
    const first = isNext(state.queue, number);
    return (!first || (await ask({ title: t("scanned_title", found), text: line(found), action: t("out") }))) && call(number);
  }
  if (found.state !== "held" && found.state !== "no_show") return tell(line(found), "warn");
  const answered = await ask({
    title: t("scanned_title", found), text: line(found), action: ticket() ? t("requeue") : t("resume"),
  });
  if (!answered) return null;
  return ticket() ? requeue(number) : resume(number);
}

function line(found) {
  const where = found.counter ? `, ${t("counter", { counter: found.counter })}` : "";
  return `${t("scanned_title", found)}: ${t(`state_${found.state}`)}${where}. ${found.procedure_name || found.field_name || found.service_name}.`;
}
