/** Today at a glance. */
import { all, make, one, say } from "../../js/dom.js";
import { siteNow } from "../../js/live.js";
import { clock, number, t } from "../../js/texts.js";
import { drawAlarms } from "./alarms.js";
import { drawStopping } from "./stopping.js";
import { nameOf, page } from "./supervising.js";

export function drawGlance(queue) {
  const { session } = queue;
  say(one("[data-session-name]"), session.title || t("state_none"));
  const badge = one("[data-session-state]");
  say(badge, t(`state_${session.lunch ? "lunch" : session.state}`));
  badge.className = `badge badge--${session.state === "open" ? "good" : "warn"}`;
  say(one("[data-session-times]"), session.id === null ? "" : t("issuing", {
    from: clock(session.issuing_from), until: clock(session.issuing_until), close: clock(session.closes_at),
  }));
  const facts = { ...session, longest: longest(queue.waiting) };
  for (const node of all("[data-fact]")) say(node, shown(node.dataset.fact, facts));
  drawAlarms(one("[data-alarms]"), queue.alarms);
  drawStopping(queue);
  drawCounters(queue);
  drawPrinters(queue.printers);
}

function shown(key, facts) {
  if (facts[key] === null || facts[key] === undefined) return key === "cap" || key === "remaining" ? t("no_cap") : "–";
  return typeof facts[key] === "number" ? number(facts[key]) : facts[key];
}

function longest(waiting) {
  if (!waiting.length) return "–";
  const oldest = Math.min(...waiting.map((row) => Date.parse(row.issued_at)));
  return t("longest", { n: Math.max(0, Math.floor((siteNow() - oldest) / 60000)) });
}

function drawCounters(queue) {
  const list = one("[data-counters]");
  const drawn = JSON.stringify([queue.counters, queue.sitting]);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.replaceChildren(...queue.counters.map((counter) => card(counter, queue.sitting[counter.counter])));
}

const PRINTER = { ok: ["badge--good", "open"], paper_low: ["badge--warn", "paused"], paper_out: ["badge--bad", "down"], cover_open: ["badge--bad", "down"], offline: ["badge--bad", "down"], unknown: ["", ""] };

/** How each printer is; what to do about it stands among the alarms. */
function drawPrinters(printers) {
  const list = one("[data-printers]");
  if (!list || list.dataset.drawn === JSON.stringify(printers)) return;
  list.dataset.drawn = JSON.stringify(printers);
  list.replaceChildren(...printers.map(printer));
}

function printer({ name, address, state, since, queued, printed, failed }) {
  const browser = address === "browser:";
  const [badge, look] = PRINTER[state];
  const counts = { queued: number(queued), printed: number(printed), failed: number(failed) };
  return make("li", { class: `desks__one desks__one--${look}`, "data-printer": name },
    make("p", { class: "desks__head" }, make("strong", {}, name), " ",
      browser ? null : make("span", { class: `badge ${badge}`, "data-state": state }, t(`printer_${state}`))),
    make("p", { class: "desks__fields soft" }, browser ? t("printer_browser") : t("printer_counts", counts),
      since && state !== "ok" && state !== "unknown" ? ` · ${t("printer_since", { time: clock(since) })}` : ""));
}

const STATE = { open: "badge--good", paused: "badge--warn", closed: "" };

function card(counter, sitting) {
  const called = [...counter.fields.map((code) => nameOf(page.fields, code)), ...counter.services.map((code) => nameOf(page.services, code))];
  return make("li", { class: `desks__one desks__one--${counter.state}`, "data-counter": counter.counter },
    make("p", { class: "desks__head" }, make("strong", {}, t("counter", counter)), " ",
      make("span", { class: `badge ${STATE[counter.state]}` }, t(`counter_${counter.state}`))),
    make("p", {}, sitting?.holder_name || t("nobody"), sitting?.reason ? ` · ${sitting.reason}` : "",
      counter.ticket ? make("strong", { class: "desks__number" }, counter.ticket) : null),
    make("p", { class: "desks__fields soft" }, called.join(", ")));
}
