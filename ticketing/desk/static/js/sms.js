/** The length of an SMS, by the tables and rules of ticketing/sms.py. */
const tables = JSON.parse(document.getElementById("counting").textContent);
const basic = new Set(tables.basic);
const extension = new Set(tables.extension);

function packed(sizes, each) {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return [parts, used];
}

/** → {encoding: "gsm" | "ucs2", units, parts, left} */
export function length(given) {
  // A text box hands line breaks over as one character, as a phone sends them.
  const signs = [...given.normalize("NFC")];
  const encoding = signs.every((sign) => basic.has(sign) || extension.has(sign)) ? "gsm" : "ucs2";
  const sizes = signs.map((sign) => (encoding === "gsm" ? (extension.has(sign) ? 2 : 1) : sign.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, each] = tables.room[encoding];
  if (units <= single) return { encoding, units, parts: signs.length ? 1 : 0, left: single - units };
  const [parts, used] = packed(sizes, each);
  return { encoding, units, parts, left: each - used };
}

/** The text without marks; "đ" has no decomposition and is in the table. */
export function bare(given) {
  const plain = [...given].map((sign) => tables.plain[sign] ?? sign).join("");
  return plain.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
}
