/** The announcements' page: copying what is handed on, and the length of an SMS while it is written. */
import { all, one, say, show } from "../../js/dom.js";
import { bare, length } from "./sms.js";

const texts = JSON.parse(one("#texts").textContent);

function words({ encoding, units, parts, left }) {
  const facts = { units, parts, left };
  const text = texts[encoding === "gsm" ? "count" : "count_ucs2"];
  return text.replace(/%\((\w+)\)s/g, (_whole, name) => facts[name]);
}

async function copy(id) {
  const box = document.getElementById(id);
  const told = one(`[data-copied="${id}"]`);
  try {
    await navigator.clipboard.writeText(box.value);
    say(told, texts.copied);
  } catch {
    // Over plain HTTP a page may not write to the clipboard.
    box.select();
    say(told, texts.not_copied);
  }
}

for (const button of all("[data-copy]")) {
  show(button, true);
  button.addEventListener("click", () => copy(button.dataset.copy));
}

const draft = one("#draft-text");
function count() {
  const plain = bare(draft.value);
  say(one("#draft-count"), draft.value ? words(length(draft.value)) : "");
  say(one("#draft-bare"), plain === draft.value ? "" : plain);
  say(one("#draft-bare-count"), plain === draft.value ? "" : words(length(plain)));
}
show(one("#draft"), true);
draft.addEventListener("input", count);
const shown = one(".sms > p[lang]");
if (shown) draft.value = shown.textContent;
count();
