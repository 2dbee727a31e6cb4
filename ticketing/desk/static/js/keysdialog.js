/** The keys of this computer: seen, changed, set back. */
import { make } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { ask } from "./ask.js";
import { STANDARD, keepKeys, keepPrefix, keyName, keymap, scannerPrefix } from "./keys.js";
import { changed } from "./state.js";

const words = () => ({ space: t("key_space"), enter: t("key_enter"), delete: t("key_delete") });
export const nameOfKey = (verb) => keyName(keymap()[verb][0], words());
const LOCKED = ["Tab", "Escape", "ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "AltLeft", "AltRight", "MetaLeft"];

export async function changeKeys() {
  const own = Object.fromEntries(Object.entries(keymap()).map(([verb, codes]) => [verb, codes[0]]));
  const rows = Object.keys(STANDARD).map((verb) => row(verb, own));
  const reset = make("button", { class: "link-button", type: "button" }, t("keys_reset"));
  const scanner = { code: scannerPrefix() };
  const extra = make("div", { class: "keys" }, ...rows, reset, prefixRow(scanner));
  reset.addEventListener("click", () => {
    for (const [verb, codes] of Object.entries(STANDARD)) own[verb] = codes[0];
    extra.querySelectorAll("input[data-verb-key]").forEach((box) => { box.value = keyName(own[box.name], words()); });
  });
  const answered = await ask({ title: t("keys_title"), text: t("keys_text"), action: t("confirm"), extra });
  if (!answered) return;
  keepKeys(own);
  keepPrefix(Object.values(own).includes(scanner.code) ? "" : scanner.code);
  changed();
}

function row(verb, own) {
  const box = make("input", { name: verb, value: keyName(own[verb], words()), readonly: true, id: `key-${verb}`, "data-verb-key": true });
  box.addEventListener("keydown", (event) => {
    if (LOCKED.includes(event.code)) return;
    event.preventDefault();
    const other = Object.keys(own).find((name) => name !== verb && own[name] === event.code);
    if (other) {
      own[other] = own[verb];
      box.form.elements[other].value = keyName(own[other], words());
    }
    own[verb] = event.code;
    box.value = keyName(event.code, words());
  });
  const more = STANDARD[verb].slice(1).map((code) => keyName(code, words())).join(", ");
  return make("div", { class: "keys__row" }, make("label", { for: box.id }, t(`verb_${verb}`)), box, make("span", { class: "soft" }, more));
}

/** The key that a scanner may be told to type before each code: then a scan is one at any pace. */
function prefixRow(scanner) {
  const box = make("input", { value: scanner.code ? keyName(scanner.code, words()) : "", readonly: true, id: "key-scanner", placeholder: t("prefix_none") });
  box.addEventListener("keydown", (event) => {
    if (LOCKED.includes(event.code) || event.key === "Enter") return;
    event.preventDefault();
    scanner.code = event.code === "Backspace" ? "" : event.code;
    box.value = scanner.code ? keyName(scanner.code, words()) : "";
  });
  return make("div", { class: "keys__row" }, make("label", { for: box.id }, t("prefix_key")), box, make("span", { class: "soft" }, t("prefix_hint")));
}
