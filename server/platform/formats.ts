import { AsyncLocalStorage } from "node:async_hooks";

/** How dates and numbers are written for one person. */
export type Formats = {
  /** A BCP 47 tag that Intl knows. */
  locale: string;
  /** A time zone that Intl knows. */
  timeZone: string;
  /** The first day of the week as ISO 8601 counts: 1 Monday, 6 Saturday, 7 Sunday. */
  weekStart: 1 | 6 | 7;
};

/** The formats that a person has chosen or their browser has sent; null: neither. */
export type ChosenFormats = { locale: string | null; timeZone: string | null; weekStart: number | null };

export const plainFormats: Formats = { locale: "en", timeZone: "UTC", weekStart: 1 };

/**
 * The formats of the current request or mail. The store is on the global object, because Next bundles pages separately
 * from the process that serves them, with modules of their own; `app/_ui/formats.ts` reads it there.
 */
type Store = AsyncLocalStorage<{ formats: Formats }>;
const place = globalThis as { [key: symbol]: Store | undefined };
const key = Symbol.for("atelier.formats");
place[key] ??= new AsyncLocalStorage();
const store: Store = place[key];

/** Runs `work` with these formats for dates and numbers, until `applyFormatsOf` sets those of a person. */
export function withFormats<T>(formats: Formats, work: () => T): T {
  return store.run({ formats }, work);
}

/** Sets the formats of the current request to those that its person has chosen. */
export function applyFormatsOf(chosen: ChosenFormats): void {
  const current = store.getStore();
  if (current) current.formats = formatsOf(chosen);
}

/** Returns the formats of the current request or mail. */
export function currentFormats(): Formats {
  return store.getStore()?.formats ?? plainFormats;
}

// A cache, because every page needs formats and asking Intl is slow. Only combinations that Intl knows can be chosen,
// so there are few.
const known = new Map<string, Formats>();
const mostKnown = 1_000;

/**
 * Returns the chosen formats as far as Intl still knows them: an unknown time zone becomes UTC, an unknown language
 * English.
 */
export function formatsOf(chosen: ChosenFormats): Formats {
  const key = JSON.stringify([chosen.locale, chosen.timeZone, chosen.weekStart]);
  const found = known.get(key) ?? existing(chosen);
  if (known.size >= mostKnown) known.clear();
  known.set(key, found);
  return found;
}

function existing({ locale, timeZone, weekStart }: ChosenFormats): Formats {
  const language = locale !== null && knownLocale(locale) ? locale : plainFormats.locale;
  return {
    locale: language,
    timeZone: (timeZone !== null && knownTimeZone(timeZone)) || plainFormats.timeZone,
    weekStart: isWeekStart(weekStart) ? weekStart : weekStartOf(language),
  };
}

/**
 * Returns the current name of a time zone; undefined: Intl does not know it. Offsets such as "+02:00" are not accepted.
 */
export function knownTimeZone(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Returns a language tag without its extensions; undefined: Intl has no formats of that language. */
export function knownLocale(tag: string): string | undefined {
  if (!/^[A-Za-z0-9-]{2,35}$/.test(tag)) return undefined;
  try {
    const { baseName } = new Intl.Locale(tag);
    return Intl.DateTimeFormat.supportedLocalesOf(baseName).length > 0 ? baseName : undefined;
  } catch {
    return undefined;
  }
}

const isWeekStart = (day: number | null): day is Formats["weekStart"] => day === 1 || day === 6 || day === 7;

/**
 * Returns the day on which the week begins for a language; Monday when that is unknown or a day that is not offered.
 */
function weekStartOf(locale: string): Formats["weekStart"] {
  const language = new Intl.Locale(locale) as Intl.Locale & {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  const first = (language.getWeekInfo?.() ?? language.weekInfo)?.firstDay ?? null;
  return isWeekStart(first) ? first : plainFormats.weekStart;
}
