/** What screens are built from: large choices in pages of at most twelve, and buttons. */
import { make, one, say, show } from "../dom.js";
import { picture, put, screen, slot, t } from "./words.js";

export const A_SCREEN = 12;

/** A button with the act that it stands for; `n` is what the act is about. */
export const act = (label, name, { quiet = false, n = "", sign = "" } = {}) =>
  make("button", { type: "button", class: quiet ? "button button--quiet button--wide" : "button button--go", "data-act": name, "data-n": n },
    sign ? picture(sign) : null, make("span", {}, label));

/** A line of facts; a dot stands between those on one line, and none where a line ends or begins. */
export const facts = (told, tag = "span") => make(tag, { class: "choice__note choice__note--facts" },
  make("span", { class: "facts" }, ...told.map((fact) => make("span", { class: "facts__one" }, fact))));

/** One choice as a large button; `note` is a text or a list of facts; `choose` is called when it is touched. */
export function choice({ code, name, note = "", sign = "", off = false, small = false }, choose) {
  const words = make("span", { class: "choice__words" }, make("span", { class: "choice__name" }, name));
  if (note.length) words.append(Array.isArray(note) ? facts(note) : make("span", { class: "choice__note" }, note));
  const classes = ["choice", off && "choice--off", small && "choice--small"].filter(Boolean).join(" ");
  const button = make("button", { type: "button", class: classes, "data-choice": code });
  if (sign) button.append(picture(sign, "choice__sign"));
  button.append(words);
  button.addEventListener("click", choose);
  return make("li", {}, button);
}

/** Fewer a page where so many don't fit: long names, an English text, a small tablet. Nothing is ever scrolled. */
export function overflows(kiosk) {
  const body = one(".screen__body", kiosk.node);
  return body.scrollHeight > body.clientHeight + 1 && slot(kiosk.node, "choices").childElementCount > 2;
}

/** The screen of choices, twelve a page, with page buttons only when there are more. */
export function pages({ title, lead = "", items, extra = [] }, pageNow = 0, perPage = A_SCREEN) {
  const node = screen("choices");
  put(node, "title", title);
  put(node, "lead", lead);
  const count = Math.max(1, Math.ceil(items.length / perPage));
  const shown = Math.min(pageNow, count - 1);
  const even = Math.ceil(items.length / count);
  slot(node, "choices").append(...items.slice(shown * even, (shown + 1) * even));
  slot(node, "choices").dataset.count = Math.min(even, items.length);
  slot(node, "extra").append(...extra);
  show(slot(node, "pager"), count > 1);
  say(slot(node, "where"), t("page_of", { page: shown + 1, pages: count }));
  node.querySelector('[data-act="previous"]').disabled = shown === 0;
  node.querySelector('[data-act="next"]').disabled = shown === count - 1;
  return node;
}

const turn = (by) => (kiosk) => kiosk.redraw({ ...kiosk.options, page: (kiosk.options.page ?? 0) + by });
export const paging = { previous: turn(-1), next: turn(1) };
