/** The small panel for what was really received and what goes by post. */
import { one } from "../../js/dom.js";
import { ticket } from "./state.js";
import { t } from "../../js/texts.js";
import { tell } from "./verbs.js";

const CODE = /^(\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(\.\d{1,3}){0,3})-\d{6}-\d{4,}$/;
let about = null;

export const isDossierCode = (text) => CODE.test(text.trim().toUpperCase());
const form = () => one("[data-receipt-form]");

/** Entries belong to one number: another number at the counter begins with an empty panel. */
export function followTicket() {
  const number = ticket()?.number ?? null;
  if (number === about) return;
  about = number;
  emptyReceipt();
  form().elements.dossiers.placeholder = ticket()?.dossiers ?? "";
}

export function emptyReceipt() {
  form().reset();
}

/** The body for `finish`: only what was entered. Null, and told, when a code is not one. */
export function receipt() {
  const { dossiers, outcome, postal, dossier_codes: codes } = form().elements;
  const body = {};
  if (dossiers.value !== "") body.dossiers = Number(dossiers.value);
  if (outcome.value) body.outcome = outcome.value;
  if (postal.value) body.postal = postal.value;
  const listed = codes.value.toUpperCase().split(/[\s,;]+/).filter(Boolean);
  const wrong = listed.find((code) => !isDossierCode(code));
  if (wrong) {
    tell(t("bad_code", { code: wrong }), "bad");
    one("[data-receipt]").open = true;
    codes.focus();
    return null;
  }
  if (listed.length) body.dossier_codes = [...new Set(listed)];
  return body;
}

export function addDossierCode(code) {
  const box = form().elements.dossier_codes;
  box.value = [box.value.trim(), code.trim().toUpperCase()].filter(Boolean).join("\n");
  one("[data-receipt]").open = true;
}
