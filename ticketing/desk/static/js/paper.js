/** Papers at the office's printers: which one, and another paper of a number, which says that it is a reprint. */
import { make } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { call as api } from "./again.js";
import { ask } from "./ask.js";
import { base, page, state, ticket } from "./state.js";
import { actOnSite, explain, tell } from "./verbs.js";

const KEPT = "layso.printer";
const DOWN = ["paper_out", "cover_open", "offline"];

/** The printers that the server prints on, with what each says of itself now. */
export async function presentPrinters() {
  if (!page.printers.length) return [];
  try {
    const { data } = await api("GET", `${base}/printers`, { as: "staff" });
    return data.items.filter((one) => page.printers.includes(one.name));
  } catch (problem) {
    explain(problem);
    return [];
  }
}

const said = (one) => (DOWN.includes(one.state) || one.state === "paper_low" ? `${one.name} (${t(`state_${one.state}`)})` : one.name);

/** The question where paper is to come out, with this computer's last choice; `nowhere` is a choice of its own. */
export function printerField(known, nowhere = "") {
  const options = known.map((one) => ({ value: one.name, label: said(one) }));
  if (nowhere) options.unshift({ value: "", label: nowhere });
  const kept = localStorage.getItem(KEPT);
  const value = options.some((one) => one.value === kept) ? kept : options[0]?.value;
  return { name: "printer", label: t("print_on"), type: "select", value, options };
}

export function keepPrinter(name) {
  localStorage.setItem(KEPT, name);
}

/** Of the number here, of the last one finished, or of any of today. */
export async function reprint() {
  if (!page.printers.length) return byBrowser();
  const known = await presentPrinters();
  if (!known.length) return null;
  const number = ticket()?.number ?? state.queue.finished[0]?.number ?? "";
  const answered = await ask({
    title: t("reprint"), text: t("reprint_text"), action: t("reprint"),
    fields: [
      { name: "number", label: t("number"), value: number, required: true, maxlength: 16 },
      ...(known.length > 1 || DOWN.includes(known[0].state) ? [printerField(known)] : []),
    ],
  });
  if (!answered) return null;
  const chosen = known.find((one) => one.name === answered.printer) ?? known[0];
  if (known.length > 1) keepPrinter(chosen.name);
  const answer = await actOnSite(`tickets/${encodeURIComponent(answered.number)}/print`, { printer: chosen.name });
  if (!answer) return null;
  const values = { number: answered.number, printer: chosen.name, copy: answer.data.copy, state: t(`state_${chosen.state}`) };
  return DOWN.includes(chosen.state) ? tell(t("reprint_waits", values), "warn") : tell(t("now_reprinted", values));
}

/** Where no printer is the server's, the officer's own browser prints, as a reprint too. */
function byBrowser() {
  const here = ticket();
  if (!here) return tell(t("nothing_here"), "warn");
  return ask({ title: t("reprint"), text: t("reprint_text"), back: t("close_dialog"), extra: make("p", {}, slipLink(here.code, 1)) });
}

/** The slip as a PDF; as a reprint where it has a paper already. */
export function slipLink(code, copy) {
  return make("a", {
    class: "button", target: "_blank", rel: "noopener", "data-slip": true,
    href: `/api/v1/tickets/${code}/slip.pdf?width=80${copy ? `&copy=${copy}` : ""}`,
  }, t("print"));
}
