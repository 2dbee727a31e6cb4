/** The small panel for what was really received and what goes by post. Without an entry it costs no key. */
import { all, one, say } from "../../js/dom.js";
import { number, t } from "../../js/texts.js";
import { nameOfKey } from "./keysdialog.js";
import { ticket } from "./state.js";
import { tell } from "./verbs.js";

const CODE = /^(\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(\.\d{1,3}){0,3})-\d{6}-\d{4,}$/;
const MOST_CODES = 1000;
let about = null;

const written = (text) => text.normalize("NFC").trim().toUpperCase();
export const isDossierCode = (text) => CODE.test(written(text));
const form = () => one("[data-receipt-form]");
const panel = () => one("[data-receipt]");
const codesIn = () => form().elements.dossier_codes.value.toUpperCase().split(/[\s,;]+/).filter(Boolean);
const received = () => Number(form().elements.dossiers.value || ticket()?.dossiers || 0);

/** Entries belong to one number: another number at the counter begins with an empty panel. */
export function followTicket() {
  say(one('[data-key="receipt"]'), nameOfKey("receipt"));
  const number = ticket()?.number ?? null;
  if (number === about) return;
  about = number;
  emptyReceipt();
}

export function emptyReceipt() {
  form().reset();
  drawReceipt();
}

/** Opens the panel for the keyboard, at the number of dossiers, where Enter finishes. */
export function openReceipt() {
  panel().open = true;
  form().elements.dossiers.focus();
}

/** What the panel says of itself: the choice pressed, how many codes, how many dossiers go by post. */
export function drawReceipt() {
  const { dossiers, postal, postal_dossiers: posted } = form().elements;
  const codes = codesIn().length;
  dossiers.placeholder = ticket()?.dossiers ?? "";
  posted.placeholder = postal.value ? codes || received() : "";
  posted.disabled = !postal.value;
  all("[data-choice]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.choice === postal.value));
  say(one("[data-codes]"), codes ? t("codes_n", { n: number(codes), max: number(received()) }) : "");
}

/** A key or button for one of the three forms of the postal service; pressed again, it takes the choice back. */
export function choosePostal(choice) {
  const { postal } = form().elements;
  postal.value = postal.value === choice ? "" : choice;
  if (!postal.value) form().elements.postal_dossiers.value = "";
  drawReceipt();
  if (!postal.value) return tell(t("postal_none"));
  const n = form().elements.postal_dossiers.placeholder;
  return tell(t("postal_chosen", { what: t(`postal_${choice}`), n, key: nameOfKey("finish") }));
}

/** Whether anything was entered that a finish has to carry. */
export const hasEntries = () => [...new FormData(form()).values()].some((value) => value.trim() !== "");

/** The body for `finish`: only what was entered. Null, and told, when something in it can't be. */
export function receipt() {
  const { dossiers, outcome, postal, postal_dossiers: posted, dossier_codes: box } = form().elements;
  const body = {};
  if (dossiers.value !== "") body.dossiers = Number(dossiers.value);
  if (outcome.value) body.outcome = outcome.value;
  if (postal.value) body.postal = postal.value;
  if (postal.value && posted.value !== "") body.postal_dossiers = Number(posted.value);
  const listed = codesIn();
  const wrong = listed.find((code) => !isDossierCode(code));
  if (wrong) return refuse(box, t("bad_code", { code: wrong }));
  const twice = listed.find((code, place) => listed.indexOf(code) !== place);
  if (twice) return refuse(box, t("code_twice", { code: twice }));
  if (listed.length > MOST_CODES) return refuse(box, t("too_many_codes", { n: number(MOST_CODES) }));
  if (body.postal_dossiers < listed.length) return refuse(posted, t("fewer_than_codes"));
  if (listed.length) body.dossier_codes = listed;
  return body;
}

function refuse(box, text) {
  tell(text, "bad");
  panel().open = true;
  box.focus();
  return null;
}

/** A scanned code: added once, counted, said. */
export function addDossierCode(text) {
  const box = form().elements.dossier_codes;
  const code = written(text);
  const there = codesIn();
  if (there.includes(code)) return tell(t("code_there", { code }), "warn");
  if (there.length >= MOST_CODES) return tell(t("too_many_codes", { n: number(MOST_CODES) }), "warn");
  box.value = [...there, code].join("\n");
  box.scrollTop = box.scrollHeight;
  drawReceipt();
  return tell(t("scanned_dossier", { n: number(there.length + 1), max: number(received()) }));
}

/** wireReceipt(finish): the form's own keys. Ctrl+Enter finishes from the codes' box, where Enter begins a line. */
export function wireReceipt(finish) {
  form().addEventListener("input", drawReceipt);
  form().addEventListener("submit", (event) => {
    event.preventDefault();
    finish();
  });
  form().elements.dossier_codes.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    finish();
  });
  form().addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement?.blur();
  });
  panel().addEventListener("toggle", ({ target }) => {
    if (target.open) target.scrollIntoView({ block: "nearest" });
  });
}
