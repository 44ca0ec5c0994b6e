/** How dates and numbers are written: a language tag and a zone that Intl knows. */
type Formats = { locale: string; timeZone: string };

const plain: Formats = { locale: "en", timeZone: "UTC" };

/** Where the server keeps the formats of the request it answers; see `server/platform/formats.ts`. */
const place = globalThis as { [key: symbol]: { getStore(): { formats: Formats } | undefined } | undefined };
const key = Symbol.for("atelier.formats");

/** Returns the formats of whom this is drawn for: of the request on the server, of the page in the browser. */
function currentFormats(): Formats {
  if (typeof document === "undefined") return place[key]?.getStore()?.formats ?? plain;
  const { locale, timeZone } = document.documentElement.dataset;
  return { locale: locale || plain.locale, timeZone: timeZone || plain.timeZone };
}

const made = new Map<string, unknown>();

/** The most formats that are kept: each language and zone has its own. */
const mostKept = 500;

/** Makes a format once for each language and zone. */
function kept<T>(name: string, make: () => T): T {
  const found = made.get(name) as T | undefined;
  if (found !== undefined) return found;
  if (made.size >= mostKept) made.clear();
  const format = make();
  made.set(name, format);
  return format;
}

/** Returns a format of numbers in the person's language, always in the digits 0 to 9. */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { locale } = currentFormats();
  return kept(
    `${locale} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale, { numberingSystem: "latn", ...options } as Intl.NumberFormatOptions),
  );
}

/**
 * Returns a format of dates in the person's language and, unless `options` name one, zone. Always of the Gregorian calendar, by which
 * months are billed.
 */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { locale, timeZone } = currentFormats();
  return kept(
    `${locale} ${timeZone} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, { timeZone, calendar: "gregory", numberingSystem: "latn", ...options }),
  );
}
