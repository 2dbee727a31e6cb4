/** Calls of /api/v1 by a page: the cookie is the credential, so the CSRF token goes along. */

/** A refusal. `code` is the contract's problem code, or "offline" (status 0) when no answer came. */
export class Problem extends Error {
  constructor(status, data) {
    super(data.detail || data.title || data.code || "");
    this.status = status;
    this.code = data.code || "";
    this.detail = data.detail || "";
    this.data = data;
  }
}

const TIMEOUT_MS = 8000;

/** For questions that replace each other: `ask(work)` gives what `work()` answers, null once a later one was answered. */
export function inTurn() {
  let asked = 0;
  let answered = 0;
  return async (work) => {
    asked += 1;
    const mine = asked;
    const answer = await work();
    if (mine < answered) return null;
    answered = mine;
    return answer;
  };
}

/**
 * api("POST", "/api/v1/sites/demo/tickets", {body, as: "kiosk", key}) → {status, data}.
 * `as` says which cookie is meant (kiosk, display, staff), `site` whose device it is where the path names no site;
 * `key` becomes Idempotency-Key.
 * Throws Problem; a network failure is Problem with status 0 and code "offline".
 */
export async function api(method, path, { body, as = "", site = "", key = "", timeout = TIMEOUT_MS } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang || "vi" };
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) headers["X-CSRFToken"] = token;
  if (as) headers["X-Layso-As"] = as;
  if (site) headers["X-Layso-Site"] = site;
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(timeout),
    });
    text = await response.text();
  } catch {
    throw new Problem(0, { code: "offline" });
  }
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = null;
  }
  if (!response.ok) throw new Problem(response.status, data ?? { code: "unavailable" });
  return { status: response.status, data };
}
