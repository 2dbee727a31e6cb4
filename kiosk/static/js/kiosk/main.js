/** The lobby kiosk: wires the screens to touch, to the clock and to the live board. */
import { api, inTurn } from "../api.js";
import { all, one, say, show } from "../dom.js";
import { connect, setSiteTime, siteNow } from "../live.js";
import { clock } from "../texts.js";
import { homeScreen } from "./home.js";
import { drawStop } from "../stopped.js";
import { pairUp, stayPaired } from "./pairing.js";
import { isStale, loadProcedures, openWays, planKey } from "./procedures.js";
import { choiceScreens } from "./choices.js";
import { newKey, sendDiversions } from "./diverting.js";
import { guideScreens } from "./guides.js";
import { planScreens } from "./plan.js";
import { watchPrinter } from "./printer.js";
import { policyScreen } from "./policy.js";
import { searchScreen } from "./search.js";
import { whereScreen } from "./where.js";
import { closingScreens, stillShown } from "./closing.js";
import { interrupted } from "./taking.js";
import { homeLanguage, isLate, language, named, otherLanguage, page, setLanguage, t } from "./words.js";

const IDLE_S = 45;
const WARN_S = 20;

const screens = { home: homeScreen, search: searchScreen, policy: policyScreen, where: whereScreen, ...choiceScreens, ...closingScreens, ...guideScreens, ...planScreens };

const newVisit = (key = newKey()) => ({ key, diverted: false });

/** The machine: where it is, what is being ordered, and the ways on. Screens are given it. A visit is one person's
 * way from the first screen back to it: one key, one number, one diversion. */
const kiosk = {
  board: page.board,
  order: {},
  visit: newVisit(),
  trail: [],
  at: "",
  options: {},
  node: null,
  online: true,
  go(name, options = {}) {
    if (kiosk.at && kiosk.at !== "home" && !screens[kiosk.at].passing) kiosk.trail.push([kiosk.at, kiosk.options]);
    enter(name, options);
  },
  back() {
    const [name, options] = kiosk.trail.pop() ?? ["home", {}];
    enter(name, options);
  },
  home() {
    kiosk.order = {};
    kiosk.visit = newVisit();
    kiosk.trail = [];
    if (language() !== homeLanguage) speak(homeLanguage);
    enter("home");
  },
  /** Shows the present screen anew, for another page of its choices or another language. */
  redraw(options = kiosk.options) {
    enter(kiosk.at, options);
  },
  /** The server diverts nobody here any more: the visit of `key` goes on to its number. */
  async allowed(key) {
    if (key !== kiosk.visit.key) return;
    kiosk.visit.diverted = false;
    await renew();
  },
  help() {
    if (kiosk.at !== "confirm" || kiosk.order.service !== "help") {
      kiosk.order = { service: "help" };
      kiosk.go("confirm");
    }
  },
};

let idleSince = Date.now();

function enter(name, options = {}) {
  const spec = screens[name];
  kiosk.node?.dispatchEvent(new Event("leave"));
  kiosk.at = name;
  kiosk.options = options;
  idleSince = Date.now();
  kiosk.node = spec.build(kiosk, options);
  one("#main").replaceChildren(kiosk.node);
  if (shrink()) return;
  // Before the font has come lines are counted too short.
  const { node } = kiosk;
  document.fonts.ready.then(() => kiosk.node === node && shrink());
  document.body.dataset.screen = name;
  show(one("#bar"), spec.bar !== false);
  show(one('[data-act="back"]', one("#bar")), spec.back !== false);
  one("h1[tabindex]", kiosk.node)?.focus({ preventScroll: true });
  spec.live?.(kiosk, kiosk.node);
  tick();
}

/** Fewer on a screen that doesn't fit; true when it was built anew. */
function shrink() {
  const { at, options } = kiosk;
  const { overflows, perPage } = screens[at];
  if (!overflows?.(kiosk)) return false;
  enter(at, { ...options, perPage: (options.perPage ?? perPage) - 1 });
  return true;
}

const newest = inTurn();

/** The board past the socket, which tells of nothing but this site's own changes. */
async function lookAtBoard() {
  const lang = language();
  try {
    const answer = await newest(() => api("GET", `/api/v1/sites/${page.site.code}/board?lang=${lang}`));
    if (!answer || lang !== language()) return;
    const { data } = answer;
    if (data.epoch !== kiosk.board.epoch || data.seq >= kiosk.board.seq) kiosk.board = data;
    hotline();
  } catch {
    // the board of before stands until the connection returns
  }
}

/** Reads anew what the plan says, today and of each procedure, and shows it where it is on the screen. */
async function renew() {
  const { node } = kiosk;
  await Promise.all([loadProcedures(), lookAtBoard()]);
  if (node !== kiosk.node) return;
  screens[kiosk.at]?.live?.(kiosk, node);
  screens[kiosk.at]?.renew?.(kiosk);
}

function speak(lang) {
  setLanguage(lang);
  labels();
  if (live) join();
}

function labels() {
  for (const place of all("[data-label]")) say(place, t(place.dataset.label));
  say(one("#site-name"), named(page.site));
  say(one("#idle-title"), t("still_there"));
  say(one("#idle-stay"), t("go_on"));
  say(one("#offline-text"), `${t("offline")} ${t("offline_help")}`);
  for (const place of all("[data-rehearsal]")) say(place, t("rehearsal"));
  hotline();
}

function hotline() {
  const number = openWays(kiosk).hotline;
  say(one("#hotline"), number ? t("hotline_line", { number }) : "");
  show(one("#hotline"), Boolean(number));
}

/** While everything is paused the notice covers the screen; a number that is just coming may still come. */
function stopOrGoOn() {
  const stopped = drawStop(kiosk.board.emergency, language(), (time) => t("stopped_since", { time }));
  if (stopped && !["home", "taking", "ticket"].includes(kiosk.at)) kiosk.home();
}

let live = null;

function join() {
  live?.close();
  live = connect("/display", { site: page.site.code, lang: language() }, {
    event: "board",
    atOnce: true,
    onData(board) {
      const other = planKey(board) !== planKey(kiosk.board);
      kiosk.board = board;
      hotline();
      stopOrGoOn();
      if (other) renew();
      screens[kiosk.at]?.live?.(kiosk, kiosk.node);
    },
    onStatus({ online }) {
      kiosk.online = online;
      show(one("#offline"), !online);
      if (online) loadProcedures().then(hotline);
    },
  });
}

let day = "";
let late = isLate();

/** Midnight and the hour from which dossiers wait for the next day change what is said, whatever is on the screen. */
function watchTheDay(today) {
  const passed = (day && day !== today) || late !== isLate();
  day = today;
  late = isLate();
  if (passed || (kiosk.at === "home" && isStale())) renew();
}

function tick() {
  const now = siteNow();
  const parts = { timeZone: page.site.timezone };
  watchTheDay(new Intl.DateTimeFormat("en-CA", parts).format(now));
  say(one("#clock"), clock(`T${new Intl.DateTimeFormat("en-GB", { ...parts, hour: "2-digit", minute: "2-digit" }).format(now)}`));
  say(one("#date"), new Intl.DateTimeFormat(language() === "vi" ? "vi-VN" : "en-GB", { ...parts, weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" }).format(now));
  const limit = screens[kiosk.at]?.idle ?? IDLE_S;
  const left = limit ? Math.ceil(limit - (Date.now() - idleSince) / 1000) : Infinity;
  show(one("#idle"), left <= WARN_S && left > 0);
  if (left <= WARN_S) say(one("#idle-text"), t("idle_countdown", { n: Math.max(left, 0) }));
  if (left <= 0) kiosk.home();
}

const acts = {
  back: () => kiosk.back(),
  home: () => kiosk.home(),
  help: () => kiosk.help(),
  language() {
    speak(otherLanguage());
    kiosk.redraw();
  },
};

const REPEATED = ["more", "less", "key", "previous", "next", "applicant"];

/** The second tap of a double tap would fall on whatever the next screen has under the finger. */
function dropSecondTap(event) {
  const act = event.target.closest("[data-act]")?.dataset.act ?? "";
  if (event.detail < 2 || REPEATED.includes(act)) return;
  event.preventDefault();
  event.stopPropagation();
}

function onTouch(event) {
  idleSince = Date.now();
  const button = event.target.closest("[data-act]");
  if (!button || button.disabled) return;
  if (button.href) event.preventDefault();
  const own = screens[kiosk.at]?.acts?.[button.dataset.act];
  if (own && kiosk.node.contains(button)) own(kiosk, button);
  else acts[button.dataset.act]?.();
}

function begin() {
  setSiteTime(page.board.time);
  document.addEventListener("click", dropSecondTap, { capture: true });
  document.addEventListener("click", onTouch);
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { idleSince = Date.now(); });
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  setInterval(tick, 500);
  labels();
  join();
  loadProcedures();
  sendDiversions(kiosk);
  watchPrinter(() => screens[kiosk.at]?.live?.(kiosk, kiosk.node));
  const pending = interrupted();
  const shown = stillShown();
  if (shown) enter("ticket", shown);
  else if (pending) {
    kiosk.order = pending.body;
    kiosk.visit = newVisit(pending.key);
    enter("taking", { pending });
  } else enter("home");
  stopOrGoOn();
  stayPaired(() => kiosk.at === "home");
}

if (page.paired) begin();
else pairUp();
