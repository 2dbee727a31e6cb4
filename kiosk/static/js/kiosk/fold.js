/** A search key: no marks, no case, "đ" as "d" (it has no decomposition), the same in NFC and NFD. */
export const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/\s+/g, " ").trim();

/** The things whose folded name holds every word typed; those that begin with the text come first. */
export function matching(things, typed, nameOf) {
  const wanted = fold(typed);
  if (!wanted) return [];
  const words = wanted.split(" ");
  return things
    .map((thing) => ({ thing, name: fold(nameOf(thing)) }))
    .filter(({ name }) => words.every((word) => name.includes(word)))
    .map(({ thing, name }) => ({ thing, rank: name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ thing }) => thing);
}
