// Days that are typed. A browser's own field for them has the order of the browser's language, while
// every page writes 2012-03-12.

export const DAY_FORM = "yyyy-mm-dd";

// A day as pages write it, with or without hyphens, or month first between slashes as notes have it;
// null for what is no day.
/** @param {string} text */
export function dayOf(text) {
  const typed = text.trim();
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed) ?? [];
  const parts = year ? [year, month, day] : /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(typed)?.slice(1);
  if (!parts) return null;
  const written = parts.map((part) => part.padStart(2, "0")).join("-");
  const time = Date.parse(`${written}T00:00:00Z`);
  // The 31st of a shorter month is none, whichever day a browser makes of it.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== written ? null : written;
}
