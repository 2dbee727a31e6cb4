/** Walls and phones without a page: what every page's own live.js makes of the lines that break beneath it.
 *
 * node screens.mjs LIVE [{url, namespace, auth}, …] prints a line for each change of what one of them tells:
 * [which, seconds since 1970, the numbers called, whether it says that it is cut off].
 */
globalThis.window = Object.assign(globalThis, { addEventListener() {}, removeEventListener() {} });

const { connect } = await import(process.argv[2]);
const told = {
  "/display": (board) => board.counters.find((one) => one.counter === 1)?.ticket ?? "",
  "/ticket": (ticket) => (ticket.now_calling ?? []).map((one) => one.number).join(", "),
};

for (const [place, { url, namespace, auth }] of JSON.parse(process.argv[3]).entries()) {
  let numbers = "", lost = true;
  // What one message changes is seen at once, as by a browser's next frame.
  const tell = () => setImmediate(() => console.log(JSON.stringify([place, Date.now() / 1000, numbers, lost])));
  globalThis.location = new URL(url);
  connect(namespace, auth, {
    event: namespace === "/display" ? "board" : "ticket",
    onData(data) {
      numbers = told[namespace](data);
      tell();
    },
    onStatus({ online }) {
      lost = !online;
      tell();
    },
  });
}
process.stdin.resume().on("end", () => process.exit(0));
