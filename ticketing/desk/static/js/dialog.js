/** A form in a modal dialog that stays open until what it holds has been taken, or the person goes back. */
import { make, say } from "../../js/dom.js";

let count = 0;

/**
 * openForm({title, content: [nodes], action, back, send}): `send(form)` → "" once it is done, or what is wrong, which
 * the form then says. Opens one form at a time.
 */
export function openForm({ title, content, action, back, send }) {
  if (document.querySelector("dialog[open]")) return;
  const id = `form-${++count}`;
  const note = make("p", { class: "error", role: "alert", "data-note": true });
  const submit = make("button", { class: "button", type: "submit" }, action);
  const goBack = make("button", { class: "button button--quiet", type: "button", "data-back": true }, back);
  const form = make("form", { class: "form-grid", novalidate: true }, ...content, note,
    make("div", { class: "dialog__actions" }, goBack, submit));
  const dialog = make("dialog", { class: "dialog ask", "aria-labelledby": id }, make("h2", { class: "dialog__title", id }, title), form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    const wrong = await send(form);
    submit.disabled = false;
    if (wrong) say(note, wrong);
    else dialog.close();
  });
  form.addEventListener("input", () => say(note, ""));
  goBack.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (form.querySelector("[data-first]") ?? submit).focus();
}
