/** Checklists of the plan in force: what nobody has confirmed yet, and the form in which a staff role confirms it. */
import { all, make, one, say, show } from "../../js/dom.js";
import { clock, fill, number, pageData } from "../../js/texts.js";
import { call as api } from "./again.js";
import { openForm } from "./dialog.js";

const words = pageData("duty-texts");
const ROLES = ["reception", "cleaning", "duty"];
let desk = null;
let today = "";

/** The text `key` of what surrounds a session. */
export const w = (key, values = {}) => fill(words[key] ?? key, values);

/** `desk`: {site, tell(text), explain(problem), reload()} of the page. */
export function wireChecklists(page) {
  desk = page;
}

const dayMonth = (iso) => `${Number(iso.slice(8, 10))}/${Number(iso.slice(5, 7))}`;
const sessionOf = (list) => (list.date === today ? list.session_title : `${list.session_title} ${dayMonth(list.date)}`);

export function drawChecklists(queue) {
  today = queue.time.slice(0, 10);
  const due = queue.checklists.filter((list) => list.due);
  const uncleaned = all("[data-uncleaned]");
  uncleaned.forEach((badge) => show(badge, due.some((list) => list.checklist === "cleaning")));
  drawOnce(one("[data-duties]"), due, strip);
  drawOnce(one("[data-checklists]"), queue.checklists, row);
}

/** How many are in the waiting room; beyond its limit, if it has one, the figure stands out. */
export function drawRoom({ present, max, full }) {
  const fact = one("[data-room]");
  say(fact, max === null ? number(present) : w("room_of", { n: number(present), max: number(max) }));
  fact.classList.toggle("room--full", full);
}

/** Fills `box` when something else is to be shown than stands there, and keeps the focus where it was. */
function drawOnce(box, lists, make) {
  if (!box) return;
  show(box, lists.length > 0);
  const drawn = JSON.stringify([today, lists]);
  if (box.dataset.drawn === drawn) return;
  box.dataset.drawn = drawn;
  const focused = document.activeElement?.dataset?.sign;
  box.replaceChildren(...lists.map(make));
  if (focused) box.querySelector(`[data-sign="${CSS.escape(focused)}"]`)?.focus();
}

function strip(list) {
  return make("p", { class: "duty", "data-due": `${list.checklist}:${list.session}` },
    make("strong", {}, w(`not_${list.checklist}`, { session: sessionOf(list) })), " ", signButton(list));
}

function signButton(list) {
  const button = make("button", {
    class: "button button--quiet duty__sign", type: "button", "data-sign": `${list.checklist}:${list.session}`,
    "aria-label": `${w("confirm")}: ${w(list.checklist)}, ${sessionOf(list)}`,
  }, w("confirm"));
  button.addEventListener("click", () => sign(list));
  return button;
}

function stateOf(list) {
  if (list.signed_at) return ["badge--good", w("signed", { role: w(`role_${list.role}`), time: clock(list.signed_at) })];
  if (list.due) return ["badge--warn", w("due")];
  return list.open ? ["", w("open")] : ["badge--bad", w("missed")];
}

function row(list) {
  const [style, text] = stateOf(list);
  return make("li", { class: "duties__one", "data-list": `${list.checklist}:${list.session}` },
    make("span", { class: "duties__name" }, make("strong", {}, w(list.checklist)), ` · ${sessionOf(list)}`),
    make("span", { class: `badge ${style}` }, text),
    list.open ? signButton(list) : null);
}

function sign(list) {
  const items = list.items.map((item, place) => make("label", { class: "ask__option" },
    make("input", { type: "checkbox", name: "items", value: item.name, "data-first": place === 0 }), " ", item.name));
  const roles = ROLES.map((role) => make("label", { class: "ask__option" },
    make("input", { type: "radio", name: "role", value: role }), " ", w(`role_${role}`)));
  openForm({
    title: `${w(list.checklist)} · ${sessionOf(list)}`,
    action: w("sign"), back: w("back"),
    content: [
      make("fieldset", { class: "ask__group" }, make("legend", {}, w("tick_each")), make("div", { class: "duties__items" }, ...items)),
      make("fieldset", { class: "ask__group" }, make("legend", {}, w("who")), make("div", { class: "duties__roles" }, ...roles)),
      make("p", { class: "hint soft" }, w("role_only")),
    ],
    send: (form) => sent(list, new FormData(form), form),
  });
}

async function sent(list, data, form) {
  const items = data.getAll("items");
  const role = data.get("role");
  if (items.length < list.items.length) {
    form.querySelector("[name=items]:not(:checked)").focus();
    return w("tick_all");
  }
  if (!role) {
    form.querySelector("[name=role]").focus();
    return w("who_missing");
  }
  try {
    const path = `/api/v1/sites/${desk.site}/sessions/${list.session}/checklists/${list.checklist}`;
    await api("POST", path, { body: { role, items }, as: "staff" });
    desk.tell(w("signed_now", { what: w(list.checklist), session: sessionOf(list) }));
  } catch (problem) {
    desk.explain(problem);
  }
  await desk.reload();
  return "";
}
