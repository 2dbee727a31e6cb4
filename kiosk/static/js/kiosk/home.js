/** The idle screen: today's session and what is left of it, live. */
import { make, say, show } from "../dom.js";
import { clock, number } from "../texts.js";
import { printerText } from "./printer.js";
import { elsewhere, toWhere } from "./where.js";
import { inLanguage, language, otherLanguage, page, put, screen, slot, t } from "./words.js";

/** "Buổi chiều" of today, or "Buổi sáng, thứ Ba 24/11" of another day. */
export function sessionLabel(session, today) {
  if (!session.date || session.date === today) return session.title;
  const [, month, day] = session.date.split("-");
  const weekday = new Intl.DateTimeFormat(language() === "vi" ? "vi-VN" : "en-GB", { weekday: "long", timeZone: "UTC" }).format(new Date(session.date));
  return `${session.title}, ${weekday.replace(/^(Thứ|Chủ)/u, (word) => word.toLowerCase())} ${day}/${month}`;
}

const todayOf = (board) => (board.time || "").slice(0, 10);

/** What to do when this session gives no numbers: when the next one does. */
export function nextSessionText(next, board) {
  if (!next) return t("next_session_none");
  return t("next_session", { session: sessionLabel(next, todayOf(board)), from: clock(next.issuing_from) });
}

/** Everybody who comes must understand it, whatever language the screen stands in. */
export const clockHeld = () => [t("clock_held"), `${t("clock_held_next")}\n${inLanguage(otherLanguage(), "clock_held_next")}`];

/** [title, what to do next] for each state that is not simply open. */
export function stateText(board) {
  const { session, next_session: next } = board;
  if (board.clock_held) return clockHeld();
  const following = nextSessionText(next, board);
  switch (session.state) {
    case "upcoming":
      if (session.lunch) return [t("state_lunch"), t("state_upcoming", { from: clock(session.issuing_from) })];
      return [t("state_upcoming", { from: clock(session.issuing_from) }), t("state_upcoming_next")];
    case "paused":
      return [t("state_paused"), t("state_paused_next")];
    case "full":
      return [t("state_full"), `${following} ${t("other_ways")}`];
    case "cut_off":
      return [t("state_cut_off"), following];
    case "closed":
      return [t("state_closed"), following];
    case "none":
      return [following, ""];
    default:
      return null;
  }
}

const TURN_MS = 8000;
const FADE_MS = 600;
const told = { notices: [], texts: [], first: 0, whole: 0 };
let turning = 0;

/** A notice that never would stand whole goes on where its last part ended, as on the wall. */
function parts(list, text) {
  const stands = (words) => {
    list.replaceChildren(make("li", {}, words));
    return list.scrollHeight <= list.clientHeight + 1;
  };
  // Where not even a line has room nothing is gained.
  if (stands(text) || !stands("…")) return [text];
  const found = [""];
  for (const word of text.split(" ")) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (found.at(-1) && !stands(`… ${longer} …`)) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found.map((part, i) => `${i ? "… " : ""}${part}${i < found.length - 1 ? " …" : ""}`);
}

/** Shows the notices from `first` on, as many as stand whole; they change as the screen's other texts do. */
function fit(list) {
  show(list, true);
  const texts = told.notices.flatMap((text) => parts(list, text));
  if (texts.join("\n") !== told.texts.join("\n")) told.first = 0;
  told.texts = texts;
  told.whole = 0;
  for (let tries = 0; tries < texts.length && !told.whole; tries += 1) {
    const from = (told.first + tries) % texts.length;
    list.replaceChildren(...texts.map((_text, i) => make("li", {}, texts[(from + i) % texts.length])));
    const lines = [...list.children];
    show(list, true);
    while (lines.length && list.scrollHeight > list.clientHeight + 1) show(lines.pop(), false);
    told.whole = lines.length;
    if (told.whole) told.first = from;
  }
  show(list, told.whole > 0);
}

function turn(list) {
  if (!list.isConnected) {
    clearInterval(turning);
  } else if (told.whole && told.whole < told.texts.length) {
    list.classList.add("notices--turning");
    setTimeout(() => {
      told.first = (told.first + told.whole) % told.texts.length;
      fit(list);
      list.classList.remove("notices--turning");
    }, FADE_MS);
  }
}

function live(kiosk, node) {
  const { session, notices } = kiosk.board;
  const state = stateText(kiosk.board);
  const running = ["open", "paused", "full", "cut_off"].includes(session.state);
  put(node, "session", session.title || t("state_none"));
  put(node, "hours", session.issuing_from ? t("session_hours", { from: clock(session.issuing_from), until: clock(session.issuing_until) })
    : session.day_off ? t("day_off", { name: session.day_off }) : "");
  show(slot(node, "figures"), running || session.state === "upcoming");
  const capped = session.cap !== null;
  const left = capped && ["open", "full", "upcoming"].includes(session.state);
  show(slot(node, "figures").firstElementChild, left);
  say(slot(node, "left"), capped ? number(session.remaining) : "");
  put(node, "no-cap", !capped && running ? t("no_cap") : "");
  put(node, "of", capped ? t("of_cap", { cap: number(session.cap) }) : "");
  say(slot(node, "waiting"), number(session.waiting));
  const bar = slot(node, "bar");
  show(bar, left && running && session.remaining > 0);
  bar.setAttribute("aria-label", t("left"));
  bar.max = Math.max(session.cap ?? 1, 1);
  bar.value = Math.max(session.remaining ?? 0, 0);
  const box = slot(node, "state");
  show(box, state !== null);
  put(node, "room", kiosk.board.room?.full ? t("room_full") : "");
  put(node, "printer", printerText());
  box.dataset.state = kiosk.board.clock_held ? "paused" : session.state;
  put(node, "state-title", state?.[0] ?? "");
  put(node, "state-next", state?.[1] ?? "");
  show(slot(node, "elsewhere"), page.family && ["full", "cut_off"].includes(session.state));
  show(node.querySelector('[data-act="take"]'), !kiosk.board.clock_held && ["open", "full"].includes(session.state));
  const texts = notices.filter((one) => one.places.includes("kiosk")).map((one) => one.text);
  told.notices = texts;
  const list = slot(node, "notices");
  fit(list);
  // Before the font has come lines are counted too short.
  document.fonts.ready.then(() => fit(list));
}

export const homeScreen = {
  bar: false,
  idle: 0,
  build() {
    const node = screen("home");
    const name = slot(node, "language");
    say(name, otherLanguage() === "en" ? "English" : "Tiếng Việt");
    name.lang = otherLanguage();
    slot(node, "elsewhere").append(elsewhere());
    if (!page.services.some((one) => one.code === "help")) show(node.querySelector('[data-act="help"]'), false);
    const list = slot(node, "notices");
    new ResizeObserver(() => fit(list)).observe(node);
    clearInterval(turning);
    turning = setInterval(() => turn(list), TURN_MS);
    return node;
  },
  live,
  acts: {
    take(kiosk) {
      kiosk.order = { service: "submit" };
      kiosk.go("field");
    },
    guides: (kiosk) => kiosk.go("guides"),
    ...toWhere,
  },
};

