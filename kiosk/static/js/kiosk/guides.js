/** How to take a number, apply online, send and receive by post: a few steps with pictures, one screen each. */
import { make, show } from "../dom.js";
import { choice, pages } from "./parts.js";
import { openWays, procedures } from "./procedures.js";
import { page, picture, put, screen, slot, t } from "./words.js";

const READING_S = 120;

const GUIDES = {
  number: { sign: "star", steps: ["touch", "slip", "chair", "counter"], note: true },
  online: { sign: "globe", steps: ["portal", "key", "form", "camera", "follow"], code: "portal", need: (kiosk) => openWays(kiosk).portal_url },
  post: { sign: "post", forms: ["outbox", "inbox", "both"], steps: ["office", "sign", "coins"], note: true },
  return: { sign: "inbox", steps: ["slip", "office", "coins"], note: true },
};
const MORE = { postal: { sign: "form", there: () => procedures().length > 0 }, plan: { sign: "sign", there: ({ board }) => board.policy } };

export const hasGuide = (kiosk, name) => Boolean(GUIDES[name]?.need ? GUIDES[name].need(kiosk) : GUIDES[name]);

/** The picture of an address; a new plan makes a new one. */
export const portalCode = ({ board }, kind) => `/${page.site.code}/qr/${kind}.svg?plan=${encodeURIComponent(board.policy?.version ?? "")}`;

const guides = {
  idle: READING_S,
  build(kiosk) {
    const read = Object.keys(GUIDES).filter((name) => hasGuide(kiosk, name)).map((name) => [name, GUIDES[name].sign, () => kiosk.go("guide", { name })]);
    const more = Object.keys(MORE).filter((name) => MORE[name].there(kiosk)).map((name) => [name, MORE[name].sign, () => kiosk.go(name)]);
    return pages({
      title: t("guides_title"),
      items: [...read, ...more].map(([name, sign, open]) => choice({ code: name, name: t(`guide_${name}`), note: t(`guide_${name}_note`), sign }, open)),
    });
  },
};

function stepLine(kiosk, name, sign, place) {
  const guide = GUIDES[name];
  const art = place === 0 && guide.code
    ? make("img", { class: "guide__code", src: portalCode(kiosk, guide.code), alt: "", width: 200, height: 200 })
    : picture(sign, "guide__picture");
  const text = t(`guide_${name}_${place + 1}`, { address: openWays(kiosk).portal_url.replace(/^https?:\/\//, "") });
  return make("li", { class: "guide__step" }, art,
    make("p", {}, make("strong", { class: "guide__number", "aria-hidden": "true" }, `${place + 1}`), " ", text));
}

const guide = {
  idle: READING_S,
  build(kiosk, { name }) {
    const spec = GUIDES[name];
    const node = screen("guide");
    put(node, "title", t(`guide_${name}`));
    put(node, "why", t(`guide_${name}_why`));
    show(slot(node, "forms"), Boolean(spec.forms));
    slot(node, "forms").append(...(spec.forms ?? []).map((sign, place) =>
      make("li", { class: "guide__form" }, picture(sign, "guide__form-picture"), make("span", {}, t(`guide_${name}_form_${place + 1}`)))));
    slot(node, "steps").append(...spec.steps.map((sign, place) => stepLine(kiosk, name, sign, place)));
    slot(node, "steps").dataset.count = spec.steps.length;
    put(node, "note", spec.note ? t(`guide_${name}_end`) : "");
    return node;
  },
};

export const guideScreens = { guides, guide };
