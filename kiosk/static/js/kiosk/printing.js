/** The slip, printed by the browser (silently under --kiosk-printing), once for each ticket. */
import { one } from "../dom.js";
import { page } from "./words.js";

const PRINTED = "layso.printed";
const REPRINTED = "layso.reprinted";
const ATTEMPTS = 3;

const known = (list, code) => JSON.parse(sessionStorage.getItem(list) || "[]").includes(code);

function keep(list, code) {
  if (known(list, code)) return false;
  const listed = JSON.parse(sessionStorage.getItem(list) || "[]");
  sessionStorage.setItem(list, JSON.stringify([...listed.slice(-20), code]));
  return true;
}

async function load(image, code, copy) {
  for (let attempt = 1; ; attempt += 1) {
    image.src = `/api/v1/tickets/${code}/slip.png?width=${page.slip_width}&copy=${copy}`;
    try {
      await image.decode();
      return;
    } catch (failure) {
      if (attempt === ATTEMPTS) throw failure;
    }
  }
}

/** True when the slip went to the printer, now or before; false when it couldn't be drawn. */
export const printOnce = async (code) => (keep(PRINTED, code) ? print(code, 0) : true);

export const mayReprint = (code) => !known(REPRINTED, code);

/** The second and last paper of a ticket, which says that it is one: out of paper is nothing that a browser is told of. False: no paper. */
export const printAgain = async (code) => remember(code) && print(code, 1);

/** Notes that a second paper was asked for; false when one was already. */
export const remember = (code) => keep(REPRINTED, code);

async function print(code, copy) {
  const image = one("#slip");
  try {
    await load(image, code, copy);
  } catch {
    return false;
  }
  const dotsToMm = 8;
  const tall = Math.min(220, Math.max(60, Math.ceil(image.naturalHeight / dotsToMm / 10) * 10));
  image.className = `slip slip--${page.slip_width} slip--tall-${tall}`;
  image.hidden = false;
  window.print();
  image.dataset.printed = code;
  return true;
}
