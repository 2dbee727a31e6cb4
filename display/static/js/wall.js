/** The wall: shows the newest board, and nothing when it doesn't know. */
import { make, one, say, show } from "../../js/dom.js";
import { connect, siteNow } from "../../js/live.js";
import { drawStop } from "../../js/stopped.js";
import { clock, number, pageData, roughly, t } from "../../js/texts.js";
import { Announcer } from "./announcer.js";
import { speaker } from "./speaker.js";
import { waits } from "./waits.js";

const RECENT = 3;
const EARLIER = 8;
const NAME_SIZES = [1, .85, .72, .6, .5];
const NAME_SHARE = .1; // of the screen's height, the most that a site's name takes
const NOTICE_MS = 9000;
const OFFLINE_HINT_MS = 5000;

const page = pageData("page");
const texts = pageData("texts");
const body = document.body;

let board = null;
let missed = false;
let zoneMs = 7 * 3600e3;
let noticeTurn = 0;
let waitTurn = 0;
let waitSeries = 0;
let noticeKey = "";
let noticeSlides = [];
let noticeTurns = 0;

const loud = speaker(page.site, {
  english: page.english,
  voice: page.voice,
  now: siteNow,
  onBlocked: (blocked) => show(one("#sound"), blocked),
});
const announcer = new Announcer({ begin: announce, end: () => render() });

// Time at the site: shifted so that the UTC getters give its wall clock.
const local = (ms) => new Date(ms + zoneMs);
const two = (value) => String(value).padStart(2, "0");
const hhmm = (date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;

function learnZone(iso) {
  const found = /([+-])(\d\d):(\d\d)$/.exec(iso || "");
  if (found) zoneMs = (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60e3;
}

function day(date, key) {
  return t(key, {
    weekday: texts.days[date.getUTCDay()],
    day: two(date.getUTCDate()),
    month: two(date.getUTCMonth() + 1),
    year: date.getUTCFullYear(),
  });
}

function showTime() {
  if (!board) return;
  const now = local(siteNow());
  say(one("#time"), hhmm(now));
  say(one("#date"), day(now, "day_long"));
}

// The hero: the call that is being announced, else the newest one that still stands.

function announce(call) {
  const said = loud.enqueue(call);
  body.dataset.announced = call.call_id;
  render();
  const hero = one("#hero");
  hero.classList.remove("hero--new");
  void hero.offsetWidth; // restarts the highlight for a call of the same number
  hero.classList.add("hero--new");
  return said;
}

function heroTitle(call) {
  if (call.times > 1 && announcer.current) return t("call_again", { n: call.times });
  const door = board.counters.find((counter) => counter.counter === call.counter);
  return door?.ticket === call.number && door.ticket_state === "serving" && !announcer.current ? t("serving") : t("calling");
}

function idleText() {
  const door = page.alone && board.counters[0];
  if (door && door.state !== "open") return t(`idle_${door.state}`);
  if (sessionOver()) return sessionFacts(board.session);
  const nobody = board.fields.concat(board.services).every((line) => line.wait_reason);
  return nobody && !page.alone && board.session.state !== "upcoming" ? t("no_counter") : t("idle");
}

const sessionOver = () => ["closed", "none"].includes(board.session.state);

function showHero() {
  const call = announcer.current || board.now[0] || null;
  const hero = one("#hero");
  hero.dataset.state = call ? "call" : "idle";
  hero.dataset.callId = call ? call.call_id : "";
  if (!announcer.current) hero.classList.remove("hero--new");
  show(one("#hero-call"), Boolean(call));
  show(one("#hero-idle"), !call);
  const title = call ? heroTitle(call) : page.alone ? t("counter_n", { n: page.alone }) : "";
  show(one("#hero-title"), Boolean(title));
  say(one("#hero-title"), title);
  say(one("#hero-idle"), call ? "" : idleText());
  if (!call) return null;
  hero.style.setProperty("--signs", Math.max(4, call.number.length));
  say(one("#hero-number"), call.number);
  say(one("#hero-counter"), call.counter);
  return call;
}

// Beside it

function showRecent(hero) {
  if (page.alone) return;
  const rest = board.now.filter((call) => call.number !== hero?.number && !announcer.holds(call)).slice(0, RECENT);
  show(one("#recent-box"), rest.length > 0);
  keep(one("#recent"), rest, (call) => `${call.number}-${call.counter}`, recentRow);
}

function recentRow(call) {
  return make(
    "li",
    { class: "recent__row" },
    make("span", { class: "recent__number" }, call.number),
    make("span", { class: "recent__door" }, t("counter_n", { n: call.counter })),
  );
}

function showEarlier(hero) {
  const called = board.earlier.filter((call) => call.number !== hero?.number && !announcer.holds(call));
  const numbers = [...new Set(called.map((call) => call.number))].slice(0, EARLIER);
  show(one("#earlier-box"), numbers.length > 0);
  keep(one("#earlier"), numbers, (n) => n, (n) => make("li", {}, n));
}

function showDoors() {
  if (page.alone) return;
  const list = one("#doors");
  const doors = board.counters.filter(isThere);
  const signs = Math.max(4, ...doors.map((door) => (door.ticket ?? "").length));
  const letters = Math.max(6, ...doors.map((door) => t("counter_n", { n: door.counter }).length));
  const count = doors.length;
  body.dataset.doors = count === 0 ? "none" : count <= 2 ? "xs" : count <= 4 ? "s" : count <= 8 ? "m" : count <= 15 ? "l" : "xl";
  list.style.setProperty("--signs", signs);
  list.style.setProperty("--letters", letters);
  keep(list, doors, (door) => String(door.counter), () => doorCell(), fillDoor);
  const closed = board.counters.filter((door) => !isThere(door)).map((door) => door.counter);
  show(one("#closed"), closed.length > 0);
  say(one("#closed"), closed.length ? t("closed_counters", { counters: spans(closed) }) : "");
}

/** A closed counter has a place of its own only while a number stands there. */
const isThere = (door) => door.state !== "closed" || door.ticket !== null;

/** "1–4, 7" of 1, 2, 3, 4, 7. */
function spans(numbers) {
  const runs = [];
  for (const one of [...numbers].sort((a, b) => a - b)) {
    if (runs.at(-1)?.[1] === one - 1) runs.at(-1)[1] = one;
    else runs.push([one, one]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : last === first + 1 ? `${first}, ${last}` : `${first}–${last}`)).join(", ");
}

function doorCell() {
  return make(
    "li",
    { class: "door" },
    make("span", { class: "door__number" }),
    make("span", { class: "door__state" }),
    make("span", { class: "door__name" }),
  );
}

function fillDoor(cell, door) {
  cell.dataset.counter = door.counter;
  cell.dataset.state = door.ticket ? "busy" : door.state;
  cell.classList.toggle("door--calling", announcer.current?.counter === door.counter);
  say(one(".door__name", cell), t("counter_n", { n: door.counter }));
  show(one(".door__number", cell), Boolean(door.ticket));
  show(one(".door__state", cell), !door.ticket);
  if (door.ticket) say(one(".door__number", cell), door.ticket);
  else say(one(".door__state", cell), t(door.state));
}

/** Makes `list` hold one child for each item, keeping those that stay: nothing flickers, nothing piles up. */
function keep(list, items, key, create, fill = () => {}) {
  const had = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const children = items.map((item) => {
    const child = had.get(key(item)) ?? create(item);
    child.dataset.key = key(item);
    fill(child, item);
    return child;
  });
  if (children.length !== list.children.length || children.some((child, i) => child !== list.children[i])) {
    list.replaceChildren(...children);
  }
}

// The foot: session, next session, notices

function sessionFacts(session) {
  if (board.clock_held) return [t("session_paused")];
  switch (session.state) {
    case "open":
      return [session.cap == null ? t("uncapped") : t("left", { left: number(session.remaining), cap: number(session.cap) })];
    case "upcoming":
      return [session.lunch && t("lunch"), t("upcoming", { time: clock(session.issuing_from) })];
    case "paused":
      return [t("session_paused")];
    case "closed":
      return [t("session_closed")];
    default:
      return [t(session.state)];
  }
}

/** What a plan announces also before and after the hours in which numbers are left. */
function announcedCap(session) {
  if (!board.policy?.cap_announced || session.cap == null || ["open", "none"].includes(session.state)) return "";
  return t("cap", { cap: number(session.cap) });
}

/** Of one series after the other, since a wall names no field: when somebody is called who takes a number now. */
function waitTold() {
  const told = page.alone ? [] : waits(board);
  waitSeries = told.length;
  if (!told.length) return [];
  const { prefix, time, rough } = told[waitTurn % told.length];
  return slides([roughly(t("wait", { prefix, time }), rough)]);
}

function showRoom() {
  show(one("#room"), board.room.full);
}

function showSession() {
  const { session, next_session: next } = board;
  say(one("#session-name"), session.title || "");
  say(one("#ledger"), t("ledger", board.ledger));
  const facts = [...sessionFacts(session), announcedCap(session)].filter(Boolean);
  keep(one("#session-facts"), facts, (fact) => fact, (fact) => make("span", { class: "fact" }, fact));
  const node = one("#next");
  show(node, Boolean(next));
  if (!next) return;
  const time = clock(next.issuing_from);
  const today = next.issuing_from.slice(0, 10) === board.time.slice(0, 10);
  const date = new Date(`${next.issuing_from.slice(0, 19)}Z`);
  say(node, t(today ? "next_today" : "next_later", { session: next.title, time, day: day(date, "day_short") }));
}

/** Texts as slides of one line each: a long one goes on where its last slide ended. */
function slides(texts) {
  const line = one("#notice");
  const shown = line.textContent;
  const found = texts.flatMap((text) => {
    line.textContent = text;
    if (line.scrollWidth <= line.clientWidth) return [text];
    const parts = [""];
    for (const word of text.split(" ")) {
      const longer = `${parts.at(-1)} ${word}`.trim();
      line.textContent = `… ${longer} …`;
      if (parts.at(-1) && line.scrollWidth > line.clientWidth) parts.push(word);
      else parts[parts.length - 1] = longer;
    }
    return parts.map((part, i) => `${i ? "… " : ""}${part}${i < parts.length - 1 ? " …" : ""}`);
  });
  line.textContent = shown;
  return found;
}

/** The notices, and after them what a number taken now may reckon with. */
function showNotice() {
  const line = one("#notice");
  // Hidden it has no width to measure slides by.
  show(line, true);
  const key = `${innerWidth} ${board.wall_notices.join("\n")}`;
  if (key !== noticeKey) {
    noticeKey = key;
    noticeSlides = slides(board.wall_notices);
    noticeTurn = 0;
  }
  const told = waitTold();
  noticeTurns = noticeSlides.length + told.length;
  show(line, noticeTurns > 0);
  const place = noticeTurns ? noticeTurn % noticeTurns : 0;
  line.dataset.told = place < noticeSlides.length ? "notice" : "wait";
  say(line, [...noticeSlides, ...told][place] ?? "");
}

function turnNotice() {
  if (noticeTurns < 2 && waitSeries < 2) return;
  const line = one("#notice");
  noticeTurn += 1;
  if (noticeTurn % noticeTurns === 0) waitTurn += 1;
  line.classList.add("foot__notice--turning");
  setTimeout(() => {
    showNotice();
    line.classList.remove("foot__notice--turning");
  }, 600);
}

// An emergency stop covers all of it, and stays when the connection is lost

function showStop() {
  const lost = body.dataset.online === "no";
  drawStop(board?.emergency, page.lang, (time) => lost ? one("#lost-title").textContent : t("stopped_since", { time }));
}

/** A long name is written smaller, never cut. */
function fitName() {
  const name = one("#name");
  const key = `${innerWidth}x${innerHeight} ${name.textContent}`;
  if (name.dataset.fitted === key) return;
  name.dataset.fitted = key;
  for (const size of NAME_SIZES) {
    name.style.setProperty("--fit", size);
    if (name.offsetHeight <= innerHeight * NAME_SHARE && name.scrollWidth <= name.clientWidth) return;
  }
}

// Everything

function render() {
  if (!board) return;
  const hero = showHero();
  showRecent(hero);
  showEarlier(hero);
  showDoors();
  showRoom();
  showSession();
  showNotice();
  showStop();
  showTime();
  body.dataset.seq = board.seq;
}

function take(data) {
  const first = board === null;
  board = data;
  learnZone(data.time);
  if (page.screen && isAnotherScreen(data.screen)) return window.location.reload();
  if (data.site_name) say(one("#name"), data.site_name);
  fitName();
  if (data.emergency) announcer.clear();
  announcer.take(data, missed && !first, Boolean(data.emergency));
  missed = false;
  render();
}

/** Whether the configuration has emptied this screen since, or given it one counter where it had several. */
const isAnotherScreen = (shown) => shown.length === 0 || (shown.length === 1 ? shown[0] : null) !== page.alone;

function tell({ online, since }) {
  body.dataset.online = online ? "yes" : "no";
  show(one("#lost"), !online);
  if (online) return;
  missed = true;
  announcer.clear();
  say(one("#lost-title"), board ? t("lost", { time: hhmm(local(since.getTime())) }) : t("never"));
  showStop();
}

one("#sound").addEventListener("click", async () => {
  await loud.unlock();
  loud.chime();
});
setInterval(showTime, 1000);
setInterval(turnNotice, NOTICE_MS);
document.fonts.ready.then(() => {
  noticeKey = "";
  delete one("#name").dataset.fitted;
  fitName();
});
window.addEventListener("resize", fitName);
setTimeout(() => {
  if (!board) tell({ online: false, since: new Date() });
}, OFFLINE_HINT_MS);
connect(
  "/display",
  { site: page.site, screen: page.screen, lang: page.lang },
  { event: "board", onData: take, onStatus: tell, onRefused: () => say(one("#lost-title"), t("refused")) },
);
