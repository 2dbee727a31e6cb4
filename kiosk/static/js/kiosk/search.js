/** Procedures by name, on large keys: no accents to type, both spellings found. */
import { make, say } from "../dom.js";
import { procedureChoice } from "./choices.js";
import { matching } from "./fold.js";
import { procedures } from "./procedures.js";
import { named, put, screen, slot, t } from "./words.js";

const ROWS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const FOUND = 4;

function key(label, value, wide = false) {
  return make("button", { type: "button", class: wide ? "keyboard__key keyboard__key--wide" : "keyboard__key", "data-act": "key", "data-key": value }, label);
}

function update(kiosk, node) {
  const typed = kiosk.options.typed ?? "";
  say(slot(node, "typed"), typed);
  const found = matching(procedures(), typed, (one) => `${named(one)} ${one.name}`);
  const list = slot(node, "choices");
  list.replaceChildren(...found.slice(0, FOUND).map((one) => procedureChoice(kiosk, one)));
  while (list.childElementCount > 1 && list.parentElement.scrollHeight > list.parentElement.clientHeight + 1) list.lastElementChild.remove();
  put(node, "hint", found.length ? "" : t(typed.trim() ? "search_none" : "search_hint"));
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
  live: update,
  acts: {
    key(kiosk, button) {
      const typed = kiosk.options.typed ?? "";
      const value = button.dataset.key;
      if (value === "clear") kiosk.options.typed = "";
      else if (value === "delete") kiosk.options.typed = typed.slice(0, -1);
      else if (typed.length < 30) kiosk.options.typed = typed + value;
      update(kiosk, kiosk.node);
    },
  },
};
