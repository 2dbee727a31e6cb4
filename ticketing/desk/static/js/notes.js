/** Difficulties that a session met: the form that notes one, and what has been noted. */
import { Problem, inTurn } from "../../js/api.js";
import { all, make, one, say, show } from "../../js/dom.js";
import { clock } from "../../js/texts.js";
import { call as api } from "./again.js";
import { w } from "./checklists.js";
import { openForm } from "./dialog.js";

const LONGEST = 1000;
let desk = null;
let known = "";

/** `page`: {site, tell(text), explain(problem), reload()}. Every [data-note-difficulty] opens the form. */
export function wireNotes(page) {
  desk = page;
  all("[data-note-difficulty]").forEach((button) => button.addEventListener("click", openNote));
}

const pathOf = (session) => `/api/v1/sites/${desk.site}/sessions/${session}/difficulties`;
const notesOf = async (session) => (await api("GET", pathOf(session), { as: "staff" })).data.items;

/** The list on the supervisor's page: asked for again when a note was added. */
export async function drawNotes(queue) {
  const counts = JSON.stringify([queue.epoch, queue.difficulties]);
  const box = one("[data-notes]");
  if (!box || counts === known) return;
  known = counts;
  try {
    const lists = await Promise.all(Object.keys(queue.difficulties).map(notesOf));
    if (counts !== known) return;
    fillNotes(box, lists.flat().sort((a, b) => b.id - a.id), true);
  } catch (problem) {
    if (counts === known) known = "";
    if (!(problem instanceof Problem)) throw problem;
  }
}

function fillNotes(box, notes, withSession) {
  box.replaceChildren(...notes.map((note) => make("li", { class: "notes__one" },
    make("span", { class: "notes__when soft" }, [clock(note.at), withSession ? note.session_title : ""].filter(Boolean).join(" · ")),
    make("span", { class: "notes__text" }, note.text))));
  const none = box.parentElement.querySelector("[data-no-notes]");
  if (none) show(none, notes.length === 0);
}

/** The session that a note is about unless another is chosen: the one running, else the last one that began. */
function usual(sessions) {
  const begun = sessions.filter((session) => session.state !== "upcoming");
  return begun.find((session) => session.state !== "closed") ?? begun.at(-1) ?? sessions[0];
}

async function openNote() {
  try {
    const { data } = await api("GET", `/api/v1/sites/${desk.site}/sessions`, { as: "staff" });
    if (data.items.length) form(data.items);
    else desk.tell(w("no_session"), "warn");
  } catch (problem) {
    desk.explain(problem);
  }
}

function form(sessions) {
  const chosen = usual(sessions);
  const box = make("textarea", { id: "note-text", name: "text", rows: 4, maxlength: LONGEST, "aria-describedby": "note-warning", "data-first": true });
  const list = make("ul", { class: "notes" });
  const choice = make("select", { id: "note-session", name: "session" },
    ...sessions.map((session) => make("option", { value: session.id, selected: session.id === chosen.id }, session.title)));
  const newest = inTurn();
  const load = async () => {
    const session = choice.value;
    try {
      const notes = await newest(() => notesOf(session));
      if (notes && session === choice.value) fillNotes(list, notes, false);
    } catch (problem) {
      if (session === choice.value) desk.explain(problem);
    }
  };
  choice.addEventListener("change", () => {
    list.replaceChildren();
    load();
  });
  // One key for the form: sent again after a lost answer, it notes nothing twice.
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  openForm({
    title: w("note"), action: w("note_save"), back: w("back"),
    content: [
      make("div", { class: "field-row" }, make("label", { for: "note-session" }, w("session")), choice),
      make("div", { class: "field-row" }, make("label", { for: "note-text" }, w("note_what")), box,
        make("p", { class: "banner banner--warn notes__warning", id: "note-warning" }, w("note_warning"))),
      make("section", { class: "notes__before" }, make("h3", {}, w("noted_before")), list,
        make("p", { class: "soft", "data-no-notes": true }, w("nothing_noted"))),
    ],
    send: () => sent(choice.value, box, key),
  });
  load();
}

async function sent(session, box, key) {
  if (!box.value.trim()) {
    box.focus();
    return w("note_missing");
  }
  try {
    await api("POST", pathOf(session), { body: { text: box.value }, as: "staff", key });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    box.focus();
    // What was typed stays in the form, so that it can be put right and sent again.
    return problem.status === 0 ? w("unanswered") : problem.data.errors?.[0]?.reason === "personal_number" ? w("note_personal") : problem.detail;
  }
  desk.tell(w("noted"));
  await desk.reload();
  return "";
}
