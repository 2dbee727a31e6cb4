/** What the pure modules ask of a browser: the JSON that a page carries, its language, and what it keeps. */
const data = new Map();
const kept = new Map();

/** Lays `value` into the page as `<script type="application/json" id="…">`; before the module is imported. */
export function carry(id, value) {
  data.set(id, { textContent: JSON.stringify(value) });
}

globalThis.document = {
  documentElement: { lang: "vi" },
  getElementById: (id) => data.get(id) ?? null,
  querySelector: () => null,
};
globalThis.window = new EventTarget();
globalThis.location = new URL("http://layso.test/demo/counter/");
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, String(value)),
  removeItem: (key) => kept.delete(key),
};
globalThis.history = { replaceState: (_state, _title, url) => { globalThis.location = new URL(url); } };
