/** The four faces on the ticket's page: there once the visit is done, and gone once one was touched. */
import { api } from "./api.js";
import { all, one, show } from "./dom.js";

const section = one("#rating");
const form = one("#rating-form");
const thanks = one("#rating-thanks");
const turn = one("#turn");
let rated = section.dataset.rated === "yes";

function draw() {
  show(section, turn.dataset.state === "done");
  show(form, !rated);
  show(thanks, rated);
}

function thank() {
  rated = true;
  draw();
  thanks.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const score = Number(event.submitter?.value);
  for (const face of all(".face", form)) face.disabled = true;
  show(one("#rating-error"), false);
  try {
    await api("POST", form.action.replace(/.*\/t\//, "/api/v1/tickets/"), { body: { score } });
    thank();
  } catch (problem) {
    if (problem.data?.reason === "rated") thank();
    else show(one("#rating-error"), true);
  }
  for (const face of all(".face", form)) face.disabled = false;
});

new MutationObserver(draw).observe(turn, { attributes: true, attributeFilter: ["data-state"] });
draw();
