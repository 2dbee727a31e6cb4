/** The tablet at a counter: when a visit has ended there it asks once how satisfied the citizen is. */
import { api, inTurn } from "./api.js";
import { all, one, say, show } from "./dom.js";
import { connect } from "./live.js";
import { pairUp } from "./kiosk/pairing.js";
import { homeLanguage, named, otherLanguage, page, setLanguage, t } from "./kiosk/words.js";

const ASK_MS = 60_000;
const THANKS_MS = 5_000;
const AT = `${page.site.code}/rating/${page.counter}`;

let at = "idle";
let asked = null; // the number whose visit is, or was last, asked about
let here = ""; // the number at the counter and the latest call to it
let timer = 0;
const newest = inTurn();

function enter(name, stay = 0) {
  at = name;
  document.body.dataset.screen = name;
  for (const screen of all("[data-screen]", one("#main"))) show(screen, screen.dataset.screen === name);
  show(one("#failed"), false);
  clearTimeout(timer);
  if (stay) timer = setTimeout(home, stay);
  if (name !== "idle") one(`#main [data-screen="${name}"] h1`).focus({ preventScroll: true });
}

function home() {
  if (document.documentElement.lang !== homeLanguage) speak(homeLanguage);
  enter("idle");
}

function speak(lang) {
  setLanguage(lang);
  for (const place of all("[data-label]")) say(place, t(place.dataset.label));
  for (const place of all("[data-rehearsal]")) say(place, t("rehearsal"));
  say(one("#site-name"), named(page.site));
  say(one("#offline-text"), t("offline"));
  const other = otherLanguage();
  say(one("#language"), other === "en" ? "English" : "Tiếng Việt");
  one("#language").lang = other;
}

/** A number leaves a counter in more ways than by a finished visit: the server knows whether one waits. */
async function look() {
  try {
    const answer = await newest(() => api("GET", `/${AT}/next`));
    if (!answer) return;
    const { data } = answer;
    if (!data.paired) window.location.reload();
    else if (data.number && data.number !== asked) {
      asked = data.number;
      enter("ask", ASK_MS);
    }
  } catch {
    here = ""; // The next board asks again.
  }
}

function onBoard(board) {
  const mine = (each) => each.counter === page.counter;
  const now = board.counters.find(mine)?.ticket ?? null;
  const before = here;
  here = `${now} ${board.calls.find(mine)?.call_id}`;
  if (now !== null && now === asked) {
    // The finish was taken back.
    asked = null;
    if (at === "ask") home();
  }
  if (before !== here) look();
}

async function rate(score) {
  const faces = all(".face");
  for (const face of faces) face.disabled = true;
  clearTimeout(timer);
  try {
    await api("POST", `/api/v1/sites/${page.site.code}/counters/${page.counter}/rating`, { as: "kiosk", body: { score } });
    enter("thanks", THANKS_MS);
  } catch (problem) {
    if (problem.status === 409) enter("late", THANKS_MS);
    else if (problem.status === 401 || problem.status === 403) window.location.reload();
    else {
      show(one("#failed"), true);
      timer = setTimeout(home, ASK_MS);
    }
  }
  for (const face of faces) face.disabled = false;
}

function begin() {
  for (const face of all(".face")) face.addEventListener("click", () => rate(Number(face.dataset.score)));
  one("#language").addEventListener("click", () => speak(otherLanguage()));
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  speak(homeLanguage);
  enter("idle");
  connect("/display", { site: page.site.code, lang: homeLanguage }, {
    event: "board",
    onData: onBoard,
    onStatus({ online }) {
      show(one("#offline"), !online);
    },
  });
}

if (page.paired) begin();
else pairUp();
