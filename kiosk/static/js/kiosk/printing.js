/** The slip, printed by the browser (silently under --kiosk-printing), once for each ticket. */
import { one } from "../dom.js";
import { page } from "./words.js";

const PRINTED = "layso.printed";
const ATTEMPTS = 3;

function remember(code) {
  const printed = JSON.parse(sessionStorage.getItem(PRINTED) || "[]");
  if (printed.includes(code)) return false;
  sessionStorage.setItem(PRINTED, JSON.stringify([...printed.slice(-20), code]));
  return true;
}

async function load(image, code) {
  for (let attempt = 1; ; attempt += 1) {
    image.src = `/api/v1/tickets/${code}/slip.png?width=${page.slip_width}`;
    try {
      await image.decode();
      return;
    } catch (failure) {
      if (attempt === ATTEMPTS) throw failure;
    }
  }
}

/** True when the slip went to the printer, now or before; false when it couldn't be drawn. */
export async function printOnce(code) {
  if (!remember(code)) return true;
  const image = one("#slip");
  try {
    await load(image, code);
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
