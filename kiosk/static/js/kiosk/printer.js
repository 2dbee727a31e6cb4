/** The kiosk's own printer as the server sees it, and the papers that come from it. Without one the browser prints. */
import { api } from "../api.js";
import { page, t } from "./words.js";

const LOOK_MS = 3000;
const SELDOM_MS = 30_000;
const PAPER_MS = 1500;
const KIOSK = { as: "kiosk", site: page.site.code };

let now = { printer: null, state: "unknown", down: false };

/** Whether no paper can come out of it now. */
export const isDown = () => now.down;

/** Why, and what to do without it; empty while it can print. */
export const printerText = () => (now.down ? `${t(`printer_${now.state}`)} ${t("printer_phone")}` : "");

/** Where the slip of a number just taken comes from: the printer, the browser, or nowhere but the phone. */
export function paperOf(ticket) {
  if (ticket.print) return "printer";
  return now.printer === null ? "browser" : "phone";
}

/** Asks again and again how it is; `changed` hears of what is new. */
export async function watchPrinter(changed) {
  try {
    const { data } = await api("GET", `/api/v1/sites/${page.site.code}/printer`, { as: "kiosk" });
    const other = ["printer", "state", "down"].some((key) => data[key] !== now[key]);
    now = data;
    if (other) changed();
  } catch {
    // What was last known stands; that the server is away is said elsewhere.
  }
  setTimeout(watchPrinter, now.printer === null ? SELDOM_MS : LOOK_MS, changed);
}

/** Tells `heard` of the paper on its way: "queued", then "printed" or "failed". Ends with the screen that shows it. */
export async function followPaper(code, node, heard) {
  if (!node.isConnected) return;
  try {
    const { data } = await api("GET", `/api/v1/tickets/${code}`, KIOSK);
    const state = data.print?.state;
    if (state) heard(state);
    if (state !== "queued") return;
  } catch {
    // asked again
  }
  setTimeout(followPaper, PAPER_MS, code, node, heard);
}

/** Another paper of the number, which says so. False: no paper comes. */
export async function reprint(code) {
  if (now.down) return false;
  try {
    await api("POST", `/api/v1/tickets/${code}/print`, { ...KIOSK, body: {} });
    return true;
  } catch {
    return false;
  }
}
