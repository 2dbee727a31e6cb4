/** The keys of this computer: seen, changed, set back. */
import { make } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { ask } from "./ask.js";
import { STANDARD, keepKeys, keyName, keymap } from "./keys.js";
import { changed } from "./state.js";

const words = () => ({ space: t("key_space"), enter: t("key_enter"), delete: t("key_delete") });
export const nameOfKey = (verb) => keyName(keymap()[verb][0], words());
const LOCKED = ["Tab", "Escape", "ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "AltLeft", "AltRight", "MetaLeft"];

export async function changeKeys() {
  const own = Object.fromEntries(Object.entries(keymap()).map(([verb, codes]) => [verb, codes[0]]));
  const rows = Object.keys(STANDARD).map((verb) => row(verb, own));
  const reset = make("button", { class: "link-button", type: "button" }, t("keys_reset"));
  const extra = make("div", { class: "keys" }, ...rows, reset);
  reset.addEventListener("click", () => {
    for (const [verb, codes] of Object.entries(STANDARD)) own[verb] = codes[0];
    extra.querySelectorAll("input").forEach((box) => { box.value = keyName(own[box.name], words()); });
  });
  const answered = await ask({ title: t("keys_title"), text: t("keys_text"), action: t("confirm"), extra });
  if (!answered) return;
  keepKeys(own);
  changed();
}

function row(verb, own) {
  const box = make("input", { name: verb, value: keyName(own[verb], words()), readonly: true, id: `key-${verb}` });
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
