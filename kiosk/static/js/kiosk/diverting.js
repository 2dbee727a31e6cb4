/** Counts somebody who goes another way, once a visit. No screen waits for it, and a short cut of the line loses none. */
import { api } from "../api.js";
import { page } from "./words.js";

const UNSENT = "layso.diversions";
const RETRY_MS = [400, 1500, 4000, 10_000];

export function newKey() {
  // randomUUID is missing where the page isn't served over HTTPS
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A trouble that goes by: the same order may be sent again under its key. */
export const passing = (problem) => problem.status === 0 || problem.status === 429 || (problem.status >= 500 && problem.status !== 507);

const unsent = () => JSON.parse(sessionStorage.getItem(UNSENT) || "[]");
const keep = (list) => sessionStorage.setItem(UNSENT, JSON.stringify(list));
const today = (kiosk) => kiosk.board.time.slice(0, 10);

/**
 * Counts the present order as gone another way, `to` portal, zalo, post, deferred or help, under the visit's own
 * key: what the server has counted under it, a refused number too, it counts no second time.
 */
export function divert(kiosk, to) {
  const { visit } = kiosk;
  if (visit.diverted) return;
  visit.diverted = true;
  const { service, field, procedure } = kiosk.order;
  const body = { service, ...(procedure ? { procedure } : field ? { field } : {}), to };
  keep([...unsent(), { key: visit.key, body, day: today(kiosk) }]);
  sendDiversions(kiosk);
}

async function send(kiosk, { key, body, day }) {
  if (day !== today(kiosk)) return;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await api("POST", `/api/v1/sites/${page.site.code}/diversions`, { body, as: "kiosk", key });
      return;
    } catch (problem) {
      if (!passing(problem)) {
        if (problem.data?.reason === "not_diverted") kiosk.allowed(key);
        return;
      }
    }
    await new Promise((done) => {
      setTimeout(done, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
    });
  }
}

let sending = false;

/** Sends what is still to be sent, the oldest first; after a reload too. A day that is over is let go. */
export async function sendDiversions(kiosk) {
  if (sending) return;
  sending = true;
  while (unsent().length) {
    await send(kiosk, unsent()[0]);
    keep(unsent().slice(1));
  }
  sending = false;
}
