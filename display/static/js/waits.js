/** What somebody may reckon with who takes a number now, as the wall says it. */
import { clockSpan } from "../../js/texts.js";

const after = (iso, seconds) => new Date(Date.parse(`${iso.slice(0, 19)}Z`) + seconds * 1000).toISOString();

/** One for each series of numbers that is given and that a counter calls: its prefix, about when, and whether that is a guess. */
export function waits(board) {
  if (board.session.state !== "open" || board.clock_held || board.emergency) return [];
  const series = new Map();
  for (const field of board.fields.filter((one) => one.offered && one.remaining !== 0 && one.wait_to_s !== null)) {
    const { wait_from_s: from, wait_to_s: to, wait_rough: rough } = field;
    const known = series.get(field.prefix) ?? { from, to, rough };
    series.set(field.prefix, { from: Math.min(known.from, from), to: Math.max(known.to, to), rough: known.rough || rough });
  }
  return [...series].map(([prefix, { from, to, rough }]) => ({ prefix, time: clockSpan(after(board.time, from), after(board.time, to)), rough }));
}
