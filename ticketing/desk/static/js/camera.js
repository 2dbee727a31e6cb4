/** A slip's code read by the camera of this computer: no picture leaves the page or is kept. */
import { make } from "../../js/dom.js";
import { t } from "../../js/texts.js";
import { ask } from "./ask.js";
import { scanned } from "./scan.js";
import { tell } from "./verbs.js";

const LOOK_MS = 120;
const WIDTH = 800;

/** The browser's own reader, else the one that the assets carry: (canvas) → the text it sees, or "". */
async function reader() {
  if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const own = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await own.detect(canvas))[0]?.rawValue ?? "";
  }
  const { decodeQR } = await import("/static/vendor/qr/decode.js");
  return async (canvas) => {
    try {
      return decodeQR(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return ""; // there is no code in this picture
    }
  };
}

async function watch(video, read, isOver) {
  const canvas = make("canvas");
  for (;;) {
    if (isOver()) return "";
    if (video.videoWidth) {
      canvas.width = Math.min(WIDTH, video.videoWidth);
      canvas.height = Math.round((video.videoHeight * canvas.width) / video.videoWidth);
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
      const text = await read(canvas);
      if (text) return text;
    }
    await new Promise((done) => {
      setTimeout(done, LOOK_MS);
    });
  }
}

async function camera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (fault) {
    tell(t(fault.name === "NotAllowedError" ? "scan_denied" : "scan_none"), "warn");
    return null;
  }
}

/** Shows what the camera sees until a code was read or the person goes back. */
export async function scanByCamera() {
  if (!navigator.mediaDevices?.getUserMedia) return tell(t("scan_insecure"), "warn");
  const stream = await camera();
  if (!stream) return null;
  const video = make("video", { class: "scan__picture", muted: true, playsinline: true, autoplay: true, "aria-hidden": "true" });
  video.srcObject = stream;
  let over = false;
  const closed = ask({ title: t("scan_title"), text: t("scan_text"), extra: video, back: t("close_dialog") }).then(() => {
    over = true;
  });
  try {
    const text = await watch(video, await reader(), () => over);
    video.closest("dialog")?.close();
    await closed;
    return text ? scanned(text) : null;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
  }
}
