/** How dates and numbers are formatted: a language tag and a time zone that Intl knows. */
type Formats = { locale: string; timeZone: string };

const plain: Formats = { locale: "en", timeZone: "UTC" };

/** Where the server keeps the formats of the current request; see `server/platform/formats.ts`. */
const place = globalThis as { [key: symbol]: { getStore(): { formats: Formats } | undefined } | undefined };
const key = Symbol.for("atelier.formats");

/** Returns the reader's formats: on the server those of the request, in the browser those of the page. */
function currentFormats(): Formats {
  if (typeof document === "undefined") return place[key]?.getStore()?.formats ?? plain;
  const { locale, timeZone } = document.documentElement.dataset;
  return { locale: locale || plain.locale, timeZone: timeZone || plain.timeZone };
}

const made = new Map<string, unknown>();

/** The maximum of cached formatters; each language and time zone has its own. */
const mostKept = 500;

/** Returns a cached formatter, one for each language and time zone. */
function kept<T>(name: string, make: () => T): T {
  const found = made.get(name) as T | undefined;
  if (found !== undefined) return found;
  if (made.size >= mostKept) made.clear();
  const format = make();
  made.set(name, format);
  return format;
}

/** Returns a number formatter in the person's language, always with the digits 0 to 9. */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { locale } = currentFormats();
  return kept(
    `${locale} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale, { numberingSystem: "latn", ...options } as Intl.NumberFormatOptions),
  );
}

/**
 * Returns a date formatter in the person's language and time zone; `options` may name another zone. Always in the
 * Gregorian calendar, which billing uses.
 */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { locale, timeZone } = currentFormats();
  return kept(
    `${locale} ${timeZone} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, { timeZone, calendar: "gregory", numberingSystem: "latn", ...options }),
  );
}
