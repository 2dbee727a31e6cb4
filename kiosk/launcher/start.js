/* Waits until the server of the address after "#" answers, then goes there. It is read from the disk, so that a
   screen that starts before the server shows this and not the browser's own error page, which stays for ever. */
"use strict";

const EVERY_MS = 1000;
const PATIENCE_MS = 5000;
const began = new Date();

function target() {
  try {
    const url = new URL(window.location.hash.slice(1));
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/* A picture, since a page from the disk can't read an answer: a proxy's "502" is an answer too, but no picture. */
function answers(url) {
  return new Promise((resolve) => {
    const picture = new Image();
    const end = (yes) => {
      clearTimeout(patience);
      picture.onload = picture.onerror = null;
      picture.src = "";
      resolve(yes);
    };
    const patience = setTimeout(() => end(false), PATIENCE_MS);
    picture.onload = () => end(true);
    picture.onerror = () => end(false);
    picture.src = new URL(`/static/img/icon-192.png?${Date.now()}`, url).href;
  });
}

function fill(name, text) {
  for (const place of document.querySelectorAll(`[data-${name}]`)) place.textContent = text;
}

function tell() {
  fill("since", began.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }));
  fill("minutes", String(Math.floor((Date.now() - began) / 60_000)));
}

async function wait(url) {
  tell();
  if (await answers(url)) window.location.replace(url.href);
  else setTimeout(() => wait(url), EVERY_MS);
}

const url = target();
document.getElementById("address").textContent = window.location.hash.slice(1);
document.getElementById("waiting").hidden = !url;
document.getElementById("wrong").hidden = Boolean(url);
if (url) wait(url);
