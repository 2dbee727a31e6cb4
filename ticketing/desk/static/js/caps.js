/** Caps and state of a day's sessions. What a change will do is said before it is done. */
import { api } from "../../js/api.js";
import { all, make, one, say } from "../../js/dom.js";
import { clock, number, t } from "../../js/texts.js";
import { ask } from "./ask.js";
import { first, nameOf, page, refused, tell } from "./supervising.js";

const MAX_CAP = 1_000_000;
const today = first.time.slice(0, 10);
let day = today;
let sessions = [];
let reloadPage = () => {};

export function wireSessions(refresh) {
  reloadPage = refresh;
  const picker = one("[data-day]");
  picker.addEventListener("change", () => {
    if (!picker.value) return;
    day = picker.value;
    loadSessions(true);
  });
}

export async function loadSessions(fresh = false) {
  const asked = day;
  try {
    const { data } = await api("GET", `/api/v1/sites/${page.site}/sessions?date=${asked}`, { as: "staff" });
    if (asked !== day) return;
    sessions = data.items;
    draw(fresh);
  } catch (problem) {
    refused(problem);
  }
}

/** Every line of a session's table: {key, name, cap, issued, remaining}; key is site, field:CODE or service:CODE. */
function lines(session) {
  const rows = [{ key: "site", name: t("site_cap"), cap: session.cap, issued: session.issued, remaining: session.remaining }];
  for (const field of session.fields) if (field.offered) rows.push({ ...field, key: `field:${field.code}`, name: nameOf(page.fields, field.code) });
  for (const service of session.services) rows.push({ ...service, key: `service:${service.code}`, name: nameOf(page.services, service.code) });
  return rows;
}

function draw(fresh) {
  const box = one("[data-sessions]");
  if (fresh || box.dataset.of !== day || box.children.length !== Math.max(1, sessions.length)) {
    box.dataset.of = day;
    box.replaceChildren(...(sessions.length ? sessions.map(card) : [make("p", { class: "soft" }, t("no_sessions"))]));
    return;
  }
  for (const session of sessions) update(session);
}

function card(session) {
  const review = make("button", { class: "button", type: "submit" }, t("review"));
  const body = make("tbody", {}, ...lines(session).map((line) => row(session, line)));
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
    make("p", { class: "row session__verbs", "data-verbs": true }), form);
  fill(node, session);
  return node;
}

function row(session, line) {
  const id = `cap-${session.id}-${line.key}`;
  const input = make("input", { id, name: line.key, type: "number", min: 0, max: MAX_CAP, inputmode: "numeric", placeholder: t("no_cap"), value: line.cap ?? "", "data-kept": line.cap ?? "", "aria-label": t("cap_of", line) });
  return make("tr", { "data-line": line.key }, make("th", { scope: "row" }, line.name),
    make("td", { class: "num", "data-issued": true }), make("td", { class: "num", "data-left": true }), make("td", { class: "caps__box" }, input));
}

function update(session) {
  const node = all("[data-session]").find((one) => one.dataset.session === session.id);
  if (node) fill(node, session);
}

/** Figures follow the server; a box that somebody is changing keeps what was typed. */
function fill(node, session) {
  const badge = node.querySelector("[data-state]");
  say(badge, t(`state_${session.state}`));
  badge.className = `badge ${session.state === "open" ? "badge--good" : session.state === "upcoming" ? "badge--brand" : "badge--warn"}`;
  for (const line of lines(session)) {
    const tr = [...node.querySelectorAll("[data-line]")].find((one) => one.dataset.line === line.key);
    if (!tr) continue;
    say(tr.querySelector("[data-issued]"), number(line.issued));
    say(tr.querySelector("[data-left]"), line.remaining === null ? "–" : number(line.remaining));
    const input = tr.querySelector("input");
    const kept = String(line.cap ?? "");
    if (input.value === input.dataset.kept) input.value = kept;
    input.dataset.kept = kept;
  }
  drawVerbs(node.querySelector("[data-verbs]"), session);
}

function verbsOf(session) {
  if (session.date !== today) return [];
  if (session.state === "closed") return session.closed_by ? ["reopen"] : [];
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

const STATES = { pause: "paused", resume: "open", reopen: "open", early: "open", close: "closed" };

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

async function patch(id, body) {
  try {
    await api("PATCH", `/api/v1/sites/${page.site}/sessions/${id}`, { body, as: "staff" });
    tell(t("changed"));
  } catch (problem) {
    refused(problem);
  }
  await reloadPage();
  await loadSessions(true);
}

async function reviewed(id, form) {
  const session = sessions.find((one) => one.id === id);
  const known = lines(session);
  const changes = [];
  for (const input of form.querySelectorAll("input")) {
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
  return answered && patch(id, { ...body(changes), reason: answered.reason });
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
