/** Questions in a modal dialog. ask({...}) → the entered values, or null when the person went back. */
import { make } from "../../js/dom.js";
import { t } from "../../js/texts.js";

let count = 0;

/**
 * spec: {title, text | lines, fields: [{name, label, type, options, value, hint, required, min, max, links}], action, danger, careful, wide}
 * `careful`: who presses Enter without reading goes back; so does he where there is `danger` and nothing to fill in.
 * types: text, textarea, number, select, radios, checks, date; options are [{value, label}].
 */
export function ask(spec) {
  const dialog = build(spec);
  const form = dialog.querySelector("form");
  document.body.append(dialog);
  dialog.showModal();
  const first = spec.careful ? null : form.querySelector("[data-first]");
  (first ?? form.querySelector(spec.careful || spec.danger ? "[data-back]" : "[type=submit]") ?? form.querySelector("button")).focus({ preventScroll: true });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
    event.preventDefault();
    form.requestSubmit();
  });
  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = values(form, spec.fields ?? []);
      dialog.close();
    });
    form.querySelector("[data-back]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
  });
}

export const asking = () => document.querySelector("dialog[open]") !== null;

function build(spec) {
  const id = `ask-${++count}`;
  const lines = spec.lines ?? (spec.text ? [spec.text] : []);
  const form = make("form", { class: "form-grid" },
    ...lines.map((line) => make("p", { class: "ask__line" }, line)),
    ...(spec.extra ? [spec.extra] : []),
    ...(spec.fields ?? []).map((field, place) => control(field, `${id}-${field.name}`, place === 0)),
    make("p", { class: "error", role: "alert", "data-note": true }),
    make("div", { class: "dialog__actions" },
      make("button", { class: "button button--quiet", type: "button", "data-back": true }, spec.back ?? t("back")),
      spec.action ? make("button", { class: spec.danger ? "button button--danger" : "button", type: "submit" }, spec.action) : null,
    ),
  );
  return make("dialog", { class: spec.wide ? "dialog ask ask--wide" : "dialog ask", "aria-labelledby": id },
    make("h2", { class: "dialog__title", id }, spec.title), form);
}

function control(field, id, first) {
  if (field.type === "radios" || field.type === "checks") return group(field, id, first);
  const attributes = {
    id, name: field.name, required: field.required, min: field.min, max: field.max, maxlength: field.maxlength,
    autocomplete: "off", "data-first": first, "aria-describedby": field.hint ? `${id}-hint` : null,
  };
  let input;
  if (field.type === "select") {
    input = make("select", attributes, ...field.options.map((o) =>
      make("option", { value: o.value, selected: o.value === field.value }, o.label)));
    if (field.onChange) input.addEventListener("change", () => field.onChange(input.value, input.form));
  } else if (field.type === "textarea") {
    input = make("textarea", { ...attributes, rows: Math.max(3, Math.ceil((field.value ?? "").length / 40)) }, field.value ?? "");
  } else {
    input = make("input", { ...attributes, type: field.type ?? "text", value: field.value ?? "" });
  }
  return make("div", { class: "field-row", "data-row": field.name }, make("label", { for: id }, field.label), input,
    field.hint ? make("span", { class: "hint", id: `${id}-hint` }, field.hint) : null);
}

function group(field, id, first) {
  const kind = field.type === "radios" ? "radio" : "checkbox";
  const chosen = new Set([field.value ?? []].flat());
  return make("fieldset", { class: "ask__group", "data-row": field.name }, make("legend", {}, field.label),
    make("div", { class: "ask__options" }, ...field.options.map((option, place) =>
      make("label", { class: "ask__option" },
        make("input", {
          type: kind, name: field.name, value: option.value, checked: chosen.has(option.value),
          required: kind === "radio" && field.required,
          // A box to tick never comes first: the space bar would untick it.
          "data-first": first && kind === "radio" && (chosen.has(option.value) || (place === 0 && !chosen.size)),
        }), " ", option.label))));
}

function values(form, fields) {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((field) => {
    if (field.type === "checks") return [field.name, data.getAll(field.name)];
    const raw = String(data.get(field.name) ?? "").trim();
    return [field.name, field.type === "number" ? (raw === "" ? null : Number(raw)) : raw];
  }));
}

/** Fields for a reason: the usual ones as a list, and words of one's own. */
export function reasonFields(usual) {
  const options = usual.map((text) => ({ value: text, label: text })).concat({ value: "", label: t("reason_other") });
  return [
    { name: "usual", label: t("reason"), type: "radios", options, value: usual[0] },
    { name: "words", label: t("reason_other"), hint: t("reason_hint"), maxlength: 200 },
  ];
}

export const reasonOf = (answer) => [answer.usual, answer.words].filter(Boolean).join(": ");
