/** Small helpers; text only ever goes in as text. */
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Sets the text of `node` if it differs, so that screen readers hear changes only. */
export function say(node, text) {
  if (node && node.textContent !== String(text ?? "")) node.textContent = text ?? "";
}

export function show(node, visible) {
  if (node) node.hidden = !visible;
}

/** Shows `text` in the one element of `selector`; an empty text hides it. */
export function put(selector, text) {
  say(one(selector), text);
  show(one(selector), text !== "");
}

/** An element: make("button", {class: "button", type: "button"}, "text" | node, …). */
export function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** A clone of `<template id=…>`'s one element. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
