/** The chance of every cap, as a line: how far a cap may go is where it leaves the top. */
import { clock, number, t } from "../../js/texts.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [460, 200, 52, 14, 42, 30];

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function drawCurve(advice, share) {
  const points = advice.curve;
  const first = points[0].cap;
  const last = Math.max(points.at(-1).cap, advice.advised, first + 1);
  const x = (cap) => LEFT + ((Math.min(Math.max(cap, first), last) - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (chance) => TOP + (1 - chance) * (HEIGHT - TOP - FOOT);
  const line = points.map(({ cap, finish_probability }) => `${x(cap).toFixed(1)},${y(finish_probability).toFixed(1)}`).join(" ");
  const label = `${t("advice_chart", { close: clock(advice.closes_at) })}. ${number(advice.advised)}: ${share(advice.confidence)}`;
  const step = Math.max(1, Math.ceil((last - first) / 6 / 5) * 5);
  const ticks = Array.from({ length: 40 }, (_one, place) => Math.ceil(first / step) * step + place * step).filter((cap) => cap <= last);
  return svg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("text", { class: "curve__title", x: 0, y: 14 }, t("advice_chart", { close: clock(advice.closes_at) })),
    ...[0, 0.5, 1].flatMap((chance) => [
      svg("line", { class: "curve__grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(chance), y2: y(chance) }),
      svg("text", { class: "curve__tick", x: LEFT - 6, y: y(chance) + 4, "text-anchor": "end" }, share(chance)),
    ]),
    ...ticks.map((cap) => svg("text", { class: "curve__tick", x: x(cap), y: HEIGHT - FOOT + 16, "text-anchor": "middle" }, number(cap))),
    svg("polyline", { class: "curve__line", points: line }),
    ...marks(advice, x, y, last, first),
  );
}

/** The advised cap, and where it is in sight that of now, each with its number on the side away from the other. */
function marks(advice, x, y, last, first) {
  const { advised, cap } = advice;
  const left = cap === null || advised <= cap;
  const found = [
    svg("line", { class: "curve__advised", x1: x(advised), x2: x(advised), y1: y(advice.confidence), y2: y(0) }),
    svg("circle", { class: "curve__point", cx: x(advised), cy: y(advice.confidence), r: 4 }),
    svg("text", { class: "curve__mark", x: x(advised) + (left ? -6 : 6), y: y(0) - 6, "text-anchor": left ? "end" : "start" }, number(advised)),
  ];
  if (cap === null || cap < first || cap > last) return found;
  const before = x(cap) > WIDTH * 0.6;
  return [...found,
    svg("line", { class: "curve__now", x1: x(cap), x2: x(cap), y1: y(1) - 6, y2: y(0) }),
    svg("text", { class: "curve__tick", x: x(cap) + (before ? 8 : -8), y: y(1) - 10, "text-anchor": before ? "end" : "start" }, t("advice_chart_cap", { cap: number(cap) }))];
}
