/** What the modules of the supervisor's page share. */
import { Problem } from "../../js/api.js";
import { one, say } from "../../js/dom.js";
import { pageData, t } from "../../js/texts.js";
import { toLogin } from "./again.js";

export const page = pageData("page");
export const first = pageData("first");

export function tell(text, kind = "good") {
  const said = one("[data-said]");
  said.className = `said said--${kind}`;
  say(said, "");
  say(said, text);
}

export function refused(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401 && !problem.stay) {
    toLogin();
    return;
  }
  const own = { 0: t("unanswered"), 403: t("no_right"), 429: t("rate_limited") }[problem.status];
  tell(own ?? (problem.detail || t("refused")), "bad");
}

export const nameOf = (list, code) => list.find((thing) => thing.code === code)?.name ?? code;
