/** The public page, kept true by the live board. */
import { all, one, say, show } from "./dom.js";
import { connect, setSiteTime, siteNow } from "./live.js";
import { drawStop } from "./stopped.js";
import { clock, number, pageData, t, clockIn } from "./texts.js";

const page = pageData("public");

function fillSession(card, session, held) {
  const node = one('[data-slot="state"]', card);
  const state = held && session.state === "open" ? "paused" : session.state;
  say(node, t(`state_${session.lunch ? "lunch" : state}`));
  node.dataset.state = state;
  say(one('[data-slot="waiting"]', card), number(session.waiting));
  if (session.remaining === null) return;
  say(one('[data-slot="remaining"]', card), number(session.remaining));
  const bar = one('[data-slot="bar"]', card);
  if (bar) bar.value = Math.max(session.remaining, 0);
}

/** One line for the fields that share a neutral series; `marked` says that some waits are guesses and others are not. */
function fillSeries(row, fields, marked) {
  const rooms = fields.map((field) => field.remaining);
  say(one('[data-slot="remaining"]', row), rooms.includes(null) ? t("no_cap") : number(Math.max(...rooms)));
  say(one('[data-slot="waiting"]', row), number(fields.reduce((sum, field) => sum + field.waiting, 0)));
  show(one('[data-slot="no-counter"]', row), fields.every((field) => field.wait_reason));
  const words = waitWords(fields);
  say(one('[data-slot="wait"]', row), words && marked && isGuess(fields) ? `${words} *` : words);
}

/** Every series; what is true of all waits is said once, below. */
function fillFields(fields) {
  const lines = all("[data-prefix]").map((row) => [row, fields.filter((field) => field.offered && field.prefix === row.dataset.prefix)]);
  const guesses = lines.filter(([, series]) => waitWords(series)).map(([, series]) => isGuess(series));
  const marked = guesses.includes(true) && guesses.includes(false);
  for (const [row, series] of lines) if (series.length) fillSeries(row, series, marked);
  say(one("#guessed"), guesses.includes(true) ? t(marked ? "guessed_some" : "guessed_all") : "");
}

const isGuess = (fields) => fields.some((field) => field.wait_rough);

/** How long somebody waits who takes a number now, in minutes. */
function waitWords(fields) {
  const called = fields.filter((field) => !field.wait_reason);
  const from = Math.floor(Math.min(...called.map((field) => field.wait_from_s)) / 60);
  const to = Math.ceil(Math.max(...called.map((field) => field.wait_to_s)) / 60);
  return called.length && to > 1 ? t("wait_about", { from: number(from), to: number(to) }) : "";
}

const planOf = (policy) => [policy?.version, policy?.alternatives.portal_down].join(" ");

function onBoard(board) {
  const { session } = board;
  const card = all("[data-session]").find((node) => node.dataset.session === session.id);
  const moved = (session.id ?? null) !== (page.session ?? null) || planOf(board.policy) !== planOf(page.policy);
  if (moved || (session.id && !card)) {
    window.location.reload();
    return;
  }
  drawStop(board.emergency, document.documentElement.lang, (time) => t("stopped_since", { time }));
  show(one("#held"), board.clock_held);
  if (card) fillSession(card, session, board.clock_held);
  fillFields(board.fields);
  say(one("#updated"), clock(board.time));
}

/** At midnight a plan begins or ends, on a day without a session too. */
const dayNow = () => new Intl.DateTimeFormat("en-CA", { timeZone: page.timezone }).format(siteNow());
setSiteTime(page.time);
const loaded = dayNow();
setInterval(() => loaded !== dayNow() && window.location.reload(), 10_000);

connect("/display", { site: page.site, lang: document.documentElement.lang }, {
  event: "board",
  onData: onBoard,
  onStatus({ online, since }) {
    show(one("#offline"), !online);
    say(one("#offline"), online ? "" : t("offline", { time: clockIn(since, page.time) }));
  },
});
