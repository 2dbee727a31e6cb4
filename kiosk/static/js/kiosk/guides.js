/** How to apply online, how to send by post, how to take a number: a few steps with pictures, one screen each. */
import { make, show } from "../dom.js";
import { choice, pages } from "./choices.js";
import { page, picture, put, screen, slot, t } from "./words.js";

const READING_S = 120;

const GUIDES = {
  number: { sign: "star", steps: ["touch", "slip", "chair", "counter"], note: true },
  online: { sign: "globe", steps: ["portal", "key", "form", "camera", "follow"], code: "portal", need: () => page.site.portal_url },
  post: { sign: "post", forms: ["outbox", "inbox", "both"], steps: ["office", "sign", "coins"], note: true },
};

export const hasGuide = (name) => Boolean(GUIDES[name]?.need ? GUIDES[name].need() : GUIDES[name]);

const guides = {
  idle: READING_S,
  build(kiosk) {
    const items = Object.keys(GUIDES).filter(hasGuide).map((name) => choice(
      { code: name, name: t(`guide_${name}`), note: t(`guide_${name}_note`), sign: GUIDES[name].sign },
      () => kiosk.go("guide", { name }),
    ));
    return pages({ title: t("guides_title"), items });
  },
};

function stepLine(guide, name, sign, place) {
  const art = place === 0 && guide.code
    ? make("img", { class: "guide__code", src: `/${page.site.code}/qr/${guide.code}.svg`, alt: "", width: 200, height: 200 })
    : picture(sign, "guide__picture");
  const text = t(`guide_${name}_${place + 1}`, { address: (page.site.portal_url || "").replace(/^https?:\/\//, "") });
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
    slot(node, "steps").append(...spec.steps.map((sign, place) => stepLine(spec, name, sign, place)));
    slot(node, "steps").dataset.count = spec.steps.length;
    put(node, "note", spec.note ? t(`guide_${name}_end`) : "");
    return node;
  },
};

export const guideScreens = { guides, guide };
