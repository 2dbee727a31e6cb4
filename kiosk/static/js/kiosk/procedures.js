/** The site's procedures with today's policy, in both languages, renewed at each return of the connection. */
import { api } from "../api.js";
import { page } from "./words.js";

let known = page.procedures;

export const procedures = (field = "") => known.filter((one) => !field || one.field === field);
export const procedureOf = (code) => known.find((one) => one.code === code);

export async function loadProcedures() {
  try {
    const [vi, en] = await Promise.all(
      ["vi", "en"].map((lang) => api("GET", `/api/v1/sites/${page.site.code}/procedures?lang=${lang}`)),
    );
    const english = new Map(en.data.items.map((one) => [one.code, one]));
    known = vi.data.items.map((one) => ({
      ...one,
      name_en: english.get(one.code)?.name,
      processing_time_en: english.get(one.code)?.processing_time,
      legal_base_en: english.get(one.code)?.legal_base,
    }));
  } catch {
    // the list that the page came with stands until the connection returns
  }
}
