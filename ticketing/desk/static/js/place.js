/** Where this browser sits: the counter's number in the page's address, and remembered beside it. */
const kept = (site) => `layso.counter.${site}`;

export const askedCounter = (site) => new URLSearchParams(location.search).get("counter") ?? localStorage.getItem(kept(site));

export function keepCounter(site, number) {
  const url = new URL(location.href);
  if (number === null) {
    url.searchParams.delete("counter");
    localStorage.removeItem(kept(site));
  } else {
    url.searchParams.set("counter", number);
    localStorage.setItem(kept(site), number);
  }
  history.replaceState(null, "", url);
}
