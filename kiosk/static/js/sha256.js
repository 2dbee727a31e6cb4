/** SHA-256 of bytes, as FIPS 180-4 has it: the browser's own needs HTTPS, which a lobby's network has not. */
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const BEGIN = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ADDED = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const BLOCK = 64;

const turned = (word, by) => (word >>> by) | (word << (32 - by));

function padded(bytes) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const end = new DataView(whole.buffer);
  end.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
  end.setUint32(whole.length - 4, bytes.length * 8);
  return end;
}

function mixed(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let round = 0; round < 64; round += 1) {
    const one = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + one + ((e & f) ^ (~e & g)) + ADDED[round] + words[round]) | 0;
    const zero = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (zero + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => (word + state[place]) | 0);
}

export function sha256(bytes) {
  const data = padded(bytes);
  const words = new Int32Array(64);
  let state = BEGIN;
  for (let at = 0; at < data.byteLength; at += BLOCK) {
    for (let n = 0; n < 16; n += 1) words[n] = data.getInt32(at + 4 * n);
    for (let n = 16; n < 64; n += 1) {
      const low = turned(words[n - 15], 7) ^ turned(words[n - 15], 18) ^ (words[n - 15] >>> 3);
      const high = turned(words[n - 2], 17) ^ turned(words[n - 2], 19) ^ (words[n - 2] >>> 10);
      words[n] = (words[n - 16] + low + words[n - 7] + high) | 0;
    }
    state = mixed(state, words);
  }
  const found = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => found.setInt32(4 * place, word));
  return new Uint8Array(found.buffer);
}
