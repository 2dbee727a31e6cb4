/** What a counter calls, and in which order: read from the queue that the server tells. No page in here. */

/** The queues of a site, each {code, name, waiting}: fields first, then services. */
const queues = (queue) => [...(queue.fields ?? []), ...(queue.services ?? [])];

/** Codes that `seat` calls, in the site's order. */
export function called(queue, seat) {
  const own = new Set([...seat.fields, ...seat.services]);
  return queues(queue).map((one) => one.code).filter((code) => own.has(code));
}

/** How many wait in queues that `seat` doesn't call. */
export function elsewhere(queue, seat) {
  const own = new Set([...seat.fields, ...seat.services]);
  return queues(queue).reduce((sum, one) => sum + (own.has(one.code) ? 0 : one.waiting ?? 0), 0);
}

/** Whether `number` is the one that the next call brings: the server lists them in the order of calling. */
export const isNext = (queue, number) => queue.waiting[0]?.number === number;

/** Whether `n` dossiers are so far from the `of` of a ticket that it may be a slip of the hand. */
export const isFar = (n, of) => n > Math.max(2 * of, of + 4) || (n > 0 && 4 * n < of);
