/** Calls of the desk's pages. A login that has ended meanwhile takes nothing with it: one signs in over the page, and
 * the call is made again. */
import { Problem, api } from "../../js/api.js";
import { make, say } from "../../js/dom.js";
import { pageData, t } from "../../js/texts.js";

const me = pageData("page").me;
let asking = null;

export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Whether somebody is typing something here. */
function typing() {
  const boxes = [...document.querySelectorAll("input:not([type=hidden]), textarea")];
  return document.querySelector("dialog[open]") !== null || boxes.some((box) => box.value !== (box.dataset.kept ?? box.defaultValue));
}

/** `api`, by whoever has signed in again when the login had ended. Where nothing would be lost the refusal leads to the
 * login page; who goes back instead of signing in stays (`problem.stay`), with what he typed. */
export async function call(method, path, options = {}) {
  const as = { as: "staff", ...options };
  try {
    return await api(method, path, as);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401 || (method === "GET" && !typing())) throw problem;
    const who = await signInAgain();
    problem.stay = !who;
    if (!who) throw problem;
    const answer = await api(method, path, as);
    // The page is another's: its rights and his seat are not those of who signed in.
    if (who !== me) location.reload();
    return answer;
  }
}

/** Who signed in, or "" when he went back. Asked once, however many calls were refused. */
function signInAgain() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask() {
  const login = make("input", { id: "again-login", name: "login", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const password = make("input", { id: "again-password", name: "password", type: "password", autocomplete: "current-password", required: true });
  const note = make("p", { class: "error", role: "alert", "data-note": true });
  const back = make("button", { class: "button button--quiet", type: "button" }, t("back"));
  const submit = make("button", { class: "button", type: "submit" }, t("sign_in"));
  const row = (label, box) => make("div", { class: "field-row" }, make("label", { for: box.id }, label), box);
  const form = make("form", { class: "form-grid", novalidate: true }, make("p", {}, t("again_text")), row(t("login"), login),
    row(t("password"), password), note, make("div", { class: "dialog__actions" }, back, submit));
  const dialog = make("dialog", { class: "dialog ask", "aria-labelledby": "again-title", "data-again": true },
    make("h2", { class: "dialog__title", id: "again-title" }, t("again_title")), form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let who = "";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const [found, wrong] = await signIn(login.value, password.value);
      submit.disabled = false;
      who = found;
      if (who) dialog.close();
      else say(note, wrong);
    });
    form.addEventListener("input", () => say(note, ""));
    back.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(who);
    });
    dialog.showModal();
    login.focus();
  });
}

/** [who it is, ""] or ["", what was wrong]. */
async function signIn(login, password) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  try {
    const body = new URLSearchParams({ csrf_token: token, login, password });
    const answer = await fetch("/login", { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const said = await answer.json();
    return answer.ok ? [said.me, ""] : ["", said.detail || t("refused")];
  } catch {
    return ["", t("unanswered")];
  }
}
