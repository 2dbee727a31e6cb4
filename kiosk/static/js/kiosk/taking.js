/** One flow, one ticket: the order keeps its key through every retry, a reload included. */
import { api } from "../api.js";
import { passing } from "./diverting.js";
import { isDown } from "./printer.js";
import { language, page } from "./words.js";

const PENDING = "layso.pending";
const PENDING_MS = 120_000;
const RETRY_MS = [400, 800, 1500, 2500];

/** The order that a reload interrupted, if it is still fresh. */
export function interrupted() {
  try {
    const pending = JSON.parse(sessionStorage.getItem(PENDING));
    return pending && Date.now() - pending.at < PENDING_MS ? pending : null;
  } catch {
    return null;
  }
}

/** Settles `order` with the server under the visit's key: resolves to the ticket, rejects with the refusal.
 * `onTrouble` hears of retries. */
export async function takeTicket(order, key, onTrouble, pending = null) {
  const paper = isDown() ? { print: "no" } : {};
  const flow = pending ?? { key, body: { ...order, ...paper, lang: language() }, at: Date.now() };
  sessionStorage.setItem(PENDING, JSON.stringify(flow));
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { data } = await api("POST", `/api/v1/sites/${page.site.code}/tickets`, {
        body: flow.body, as: "kiosk", key: flow.key,
      });
      sessionStorage.removeItem(PENDING);
      return data;
    } catch (problem) {
      if (!passing(problem)) {
        sessionStorage.removeItem(PENDING);
        throw problem;
      }
      onTrouble(problem);
      await new Promise((done) => {
        setTimeout(done, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
      });
    }
  }
}
