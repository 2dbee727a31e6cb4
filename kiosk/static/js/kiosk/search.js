/** Fields and procedures by name, on large keys; the server's search knows what is meant. */
import { api, inTurn } from "../api.js";
import { make, say } from "../dom.js";
import { fieldChoice, procedureChoice } from "./choices.js";
import { loadProcedures, procedureOf } from "./procedures.js";
import { language, page, put, screen, slot, t } from "./words.js";

const ROWS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const FOUND = 4;
const FIELDS = 2;

function key(label, value, wide = false) {
  return make("button", { type: "button", class: wide ? "keyboard__key keyboard__key--wide" : "keyboard__key", "data-act": "key", "data-key": value }, label);
}

/** What is chosen from, the fields first; they leave room for procedures. A result is that of a procedure. */
function choices(kiosk, hits) {
  const found = (kind) => hits.filter((one) => one.kind === kind);
  const procedures = found("procedure").map((one) => procedureOf(one.code)).filter(Boolean);
  const fields = kiosk.order.service === "result" ? []
    : found("field").slice(0, procedures.length ? FIELDS : FOUND).map((one) => page.fields.find((field) => field.code === one.code)).filter(Boolean);
  return [...fields.map((one) => fieldChoice(kiosk, one)), ...procedures.map((one) => procedureChoice(kiosk, one))].slice(0, FOUND);
}

function draw(kiosk, node) {
  const { typed = "", hits = [] } = kiosk.options;
  const list = slot(node, "choices");
  list.replaceChildren(...choices(kiosk, hits));
  while (list.childElementCount > 1 && list.parentElement.scrollHeight > list.parentElement.clientHeight + 1) list.lastElementChild.remove();
  put(node, "hint", list.childElementCount ? "" : t(typed.trim() ? "search_none" : "search_hint"));
}

const newest = inTurn();

async function look(kiosk, node) {
  const { options } = kiosk;
  const { typed = "" } = options;
  say(slot(node, "typed"), typed);
  try {
    const ask = () => api("GET", `/api/v1/sites/${page.site.code}/search?lang=${language()}&q=${encodeURIComponent(typed)}`, { as: "kiosk" });
    const answer = typed.trim() ? await newest(ask) : { data: { items: [] } };
    if (!answer || kiosk.options !== options || options.typed !== typed && typed) return;
    options.hits = answer.data.items;
    if (options.hits.some((one) => one.kind === "procedure" && !procedureOf(one.code))) await loadProcedures();
  } catch {
    // what was found before stands until the connection returns
  }
  if (kiosk.node === node) draw(kiosk, node);
}

export const searchScreen = {
  build() {
    const node = screen("search");
    for (const row of ROWS) {
      slot(node, "keyboard").append(make("div", { class: "keyboard__row" }, ...[...row].map((sign) => key(sign, sign.toLowerCase()))));
    }
    slot(node, "keyboard").append(make("div", { class: "keyboard__row" },
      key(t("key_clear"), "clear", true), key(t("key_space"), " ", true), key(t("key_delete"), "delete", true)));
    return node;
  },
  live(kiosk, node) {
    say(slot(node, "typed"), kiosk.options.typed ?? "");
    draw(kiosk, node);
  },
  acts: {
    key(kiosk, button) {
      const typed = kiosk.options.typed ?? "";
      const value = button.dataset.key;
      if (value === "clear") kiosk.options.typed = "";
      else if (value === "delete") kiosk.options.typed = typed.slice(0, -1);
      else if (typed.length < 30) kiosk.options.typed = typed + value;
      look(kiosk, kiosk.node);
    },
  },
};
