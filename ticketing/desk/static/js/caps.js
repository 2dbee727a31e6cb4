/** Caps and state of a day's sessions. What a change will do is said before it is done. */
import { inTurn } from "../../js/api.js";
import { all, make, one, say } from "../../js/dom.js";
import { clock, number, t } from "../../js/texts.js";
import { advise, wireAdvice } from "./advice.js";
import { call as api } from "./again.js";
import { ask } from "./ask.js";
import { first, nameOf, page, refused, tell } from "./supervising.js";

const MAX_CAP = 1_000_000;
const today = first.time.slice(0, 10);
let day = today;
let sessions = [];
let reloadPage = () => {};
const newest = inTurn();

export function wireSessions(refresh) {
  reloadPage = refresh;
  wireAdvice(takeAdvice);
  const picker = one("[data-day]");
  picker.addEventListener("change", () => {
    if (!picker.value) return;
    day = picker.value;
    // The day of before is gone at once: nobody may change it while the other is on its way.
    sessions = [];
    one("[data-sessions]").replaceChildren();
    loadSessions();
  });
}

export async function loadSessions() {
  const asked = day;
  try {
    const answer = await newest(() => api("GET", `/api/v1/sites/${page.site}/sessions?date=${asked}`, { as: "staff" }));
    if (!answer || asked !== day) return;
    sessions = answer.data.items;
    draw();
  } catch (problem) {
    if (asked === day || problem.status === 401) refused(problem);
  }
}

/** Every line of a session's table: {key, name, cap, issued, remaining}; key is site, field:CODE or service:CODE. */
function lines(session) {
  const rows = [{ key: "site", name: t("site_cap"), cap: session.cap, issued: session.issued, remaining: session.remaining }];
  for (const field of session.fields) if (field.offered) rows.push({ ...field, key: `field:${field.code}`, name: nameOf(page.fields, field.code) });
  for (const service of session.services) rows.push({ ...service, key: `service:${service.code}`, name: nameOf(page.services, service.code) });
  return rows;
}

/** Cards that are there stay, with what somebody types in them. */
function draw() {
  const box = one("[data-sessions]");
  const wanted = sessions.map((session) => all("[data-session]", box).find((one) => one.dataset.session === session.id) ?? card(session));
  if (!wanted.length) wanted.push(box.querySelector("p") ?? make("p", { class: "soft" }, t("no_sessions")));
  if (wanted.length !== box.children.length || wanted.some((node, place) => node !== box.children[place])) box.replaceChildren(...wanted);
  sessions.forEach((session, place) => fill(wanted[place], session));
}

function card(session) {
  const review = make("button", { class: "button", type: "submit" }, t("review"));
  const body = make("tbody");
  const head = make("thead", {}, make("tr", {}, ...[["what", ""], ["issued", "num"], ["left", "num"], ["cap", "num"]].map(([key, cls]) => make("th", { scope: "col", class: cls }, t(key)))));
  const form = make("form", { class: "caps__form" }, make("table", { class: "table caps" }, head, body), make("p", { class: "caps__foot" }, review));
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    reviewed(session.id, form);
  });
  const node = make("article", { class: "session", "data-session": session.id },
    make("h3", { class: "session__title" }, session.title, " ", make("span", { class: "badge", "data-state": true })),
    make("p", { class: "soft" }, t("issuing", { from: clock(session.issuing_from), until: clock(session.issuing_until), close: clock(session.closes_at) })),
    make("p", { class: "row session__verbs", "data-verbs": true }),
    make("div", { class: "advice", "data-advice": true }), form);
  return node;
}

function row(session, line) {
  const id = `cap-${session.id}-${line.key}`;
  const input = make("input", { id, name: line.key, type: "number", min: 0, max: MAX_CAP, inputmode: "numeric", placeholder: t("no_cap"), value: line.cap ?? "", "data-kept": line.cap ?? "", "aria-label": t("cap_of", line) });
  return make("tr", { "data-line": line.key }, make("th", { scope: "row" }, line.name),
    make("td", { class: "num", "data-issued": true }), make("td", { class: "num", "data-left": true }), make("td", { class: "caps__box" }, input));
}

/** Figures follow the server; a box that somebody is changing keeps what was typed. */
function fill(node, session) {
  const badge = node.querySelector("[data-state]");
  say(badge, t(`state_${session.state}`));
  badge.className = `badge ${session.state === "open" ? "badge--good" : session.state === "upcoming" ? "badge--brand" : "badge--warn"}`;
  const body = node.querySelector(".caps tbody");
  const rows = new Map([...body.children].map((tr) => [tr.dataset.line, tr]));
  const wanted = lines(session);
  for (const [key, tr] of rows) if (!wanted.some((line) => line.key === key)) tr.remove();
  for (const [place, line] of wanted.entries()) {
    const tr = rows.get(line.key) ?? row(session, line);
    // A row that stands where it belongs isn't moved: its box would lose the focus.
    if (body.children[place] !== tr) body.insertBefore(tr, body.children[place] ?? null);
    say(tr.querySelector("[data-issued]"), number(line.issued));
    say(tr.querySelector("[data-left]"), line.remaining === null ? "–" : number(line.remaining));
    const input = tr.querySelector("input");
    const kept = String(line.cap ?? "");
    if (input.value === input.dataset.kept) input.value = kept;
    input.dataset.kept = kept;
  }
  drawVerbs(node.querySelector("[data-verbs]"), session);
  advise(node.querySelector("[data-advice]"), session);
}

function verbsOf(session) {
  if (session.date !== today) return [];
  if (session.state === "closed") return [session.closed_by ? "reopen" : "again"];
  if (session.state === "upcoming") return ["early", "close"];
  if (session.state === "cut_off") return ["close"];
  return [session.paused ? "resume" : "pause", "close"];
}

function drawVerbs(box, session) {
  const verbs = verbsOf(session);
  if (box.dataset.drawn === verbs.join()) return;
  box.dataset.drawn = verbs.join();
  box.replaceChildren(...verbs.map((verb) => {
    const button = make("button", { class: `button ${verb === "close" ? "button--danger" : "button--quiet"}`, type: "button", "data-do": verb }, t(verb));
    button.addEventListener("click", () => move(verb, sessions.find((one) => one.id === session.id)));
    return button;
  }));
}

const STATES = { pause: "paused", resume: "open", reopen: "open", again: "open", early: "open", close: "closed" };

async function move(verb, session) {
  const fields = [];
  if (verb === "close" && session.waiting > 0) {
    const options = ["serve_out", "carry_over", "expire"].map((value) => ({ value, label: t(value) }));
    fields.push({ name: "waiting", label: t("waiting_people"), type: "radios", options, value: "serve_out", required: true });
  }
  fields.push({ name: "reason", label: t("reason"), required: verb === "close" || verb === "pause", maxlength: 200 });
  const answered = await ask({
    title: t(`${verb}_title`, { session: session.title }), text: t(`${verb}_text`, { n: session.waiting }),
    action: t(verb), danger: verb === "close", fields,
  });
  if (!answered) return;
  const body = { state: STATES[verb], reason: answered.reason };
  if (answered.waiting) body.waiting = answered.waiting;
  await patch(session.id, body);
}

async function patch(id, body, boxes = []) {
  try {
    await api("PATCH", `/api/v1/sites/${page.site}/sessions/${id}`, { body, as: "staff" });
    for (const input of boxes) input.dataset.kept = input.value;
    tell(t("changed"));
  } catch (problem) {
    refused(problem);
  }
  await reloadPage();
  await loadSessions();
}

async function reviewed(id, form) {
  const session = sessions.find((one) => one.id === id);
  const known = lines(session);
  const changes = [];
  const boxes = form.querySelectorAll("input");
  for (const input of boxes) {
    const wanted = parsed(input);
    input.setAttribute("aria-invalid", wanted === undefined);
    if (wanted === undefined) {
      input.focus();
      return tell(t("bad_cap"), "bad");
    }
    const line = known.find((one) => one.key === input.name);
    if (wanted !== line.cap) changes.push({ ...line, wanted });
  }
  if (!changes.length) return tell(t("nothing_changed"), "warn");
  const answered = await ask({
    title: t("change_title", { session: session.title, date: localDate(session.date) }),
    lines: told(changes), action: t("change"),
    fields: [{ name: "reason", label: t("reason"), required: true, maxlength: 200 }],
  });
  return answered && patch(id, { ...body(changes), reason: answered.reason }, boxes);
}

/** The advised cap in the place of the one of now: said first, then a change like any other, with its reason. */
async function takeAdvice(id, advised, reason) {
  const session = sessions.find((one) => one.id === id);
  const change = { ...lines(session)[0], wanted: advised };
  const answered = await ask({
    title: t("advice_take_title", { advised: number(advised), session: session.title }),
    lines: told([change]), action: t("change"),
    fields: [{ name: "reason", label: t("reason"), required: true, maxlength: 200, value: reason }],
  });
  return answered && patch(id, { cap: advised, reason: answered.reason });
}

function parsed(input) {
  const raw = input.value.trim();
  if (raw === "" && !input.validity.badInput) return null;
  const cap = Number(raw);
  return !input.validity.badInput && Number.isInteger(cap) && cap >= 0 && cap <= MAX_CAP ? cap : undefined;
}

const capText = (cap) => (cap === null ? t("no_cap") : number(cap));

/** What the change will do, a sentence each. */
function told(changes) {
  const sentences = changes.map(({ name, cap, wanted }) => t("from_to", { name, before: capText(cap), after: capText(wanted) }));
  for (const { name, issued, wanted } of changes) {
    if (wanted !== null && wanted < issued) sentences.push(t("below_issued", { name, issued: number(issued) }));
  }
  return [...sentences, t("goes_public")];
}

function body(changes) {
  const answer = {};
  for (const { key, code, wanted } of changes) {
    if (key === "site") answer.cap = wanted;
    else if (key.startsWith("field:")) (answer.field_caps ??= {})[code] = wanted;
    else (answer.service_caps ??= {})[code] = wanted;
  }
  return answer;
}

function localDate(iso) {
  return iso.split("-").reverse().join("/");
}
