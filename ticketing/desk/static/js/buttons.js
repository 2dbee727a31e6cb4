/** Which step each key and button of the console takes, and when it makes sense. */
import { t } from "../../js/texts.js";
import { asking } from "./ask.js";
import { scanByCamera } from "./camera.js";
import { issue } from "./issue.js";
import { changeKeys } from "./keysdialog.js";
import { reprint } from "./paper.js";
import { choosePostal, openReceipt, wireReceipt } from "./receipt.js";
import { closeSeat, openSeat } from "./sit.js";
import { seat, state, ticket } from "./state.js";
import { callNext, finish, hold, noShow, pause, recall, reopenAny, start, transfer, undo } from "./steps.js";
import { tell } from "./verbs.js";

const STEPS = {
  next: callNext,
  recall,
  start,
  finish,
  "no-show": noShow,
  hold,
  transfer,
  undo,
  pause,
  issue,
  reprint,
  fields: () => openSeat(state.counter),
  close: closeSeat,
  keys: changeKeys,
  scan: scanByCamera,
  "reopen-any": reopenAny,
  "postal-submit": () => choosePostal("submit"),
  "postal-return": () => choosePostal("return"),
  "postal-both": () => choosePostal("both"),
  receipt: openReceipt,
};
const ENTRIES = ["postal-submit", "postal-return", "postal-both", "receipt"];
const HERE = new Set(["recall", "start", "finish", "no-show", "hold", "transfer", ...ENTRIES]);
const WHILE_PAUSED = new Set(["pause", "issue", "reprint", "close", "keys", "fields", "scan"]);

/** Runs a step if it makes sense on the screen as it stands; says why when it doesn't. */
export function run(verb) {
  const counter = seat();
  if (!counter || state.busy || asking()) return null;
  if (counter.state === "paused" && !WHILE_PAUSED.has(verb)) return tell(t("paused"), "warn");
  if (HERE.has(verb) && !ticket()) return tell(t("nothing_here"), "warn");
  return STEPS[verb]();
}

export function wireButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verb]");
    if (button) run(button.dataset.verb);
  });
  wireReceipt(() => run("finish"));
}
