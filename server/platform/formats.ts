import { AsyncLocalStorage } from "node:async_hooks";

/** How dates and numbers are written for one person. */
export type Formats = {
  /** A BCP 47 tag that Intl knows. */
  locale: string;
  /** A zone that Intl knows. */
  timeZone: string;
  /** The first day of the week as ISO 8601 counts: 1 Monday, 6 Saturday, 7 Sunday. */
  weekStart: 1 | 6 | 7;
};

/** What a person has chosen, or their browser has said; null: neither. */
export type ChosenFormats = { locale: string | null; timeZone: string | null; weekStart: number | null };

export const plainFormats: Formats = { locale: "en", timeZone: "UTC", weekStart: 1 };

/**
 * The formats of the request or mail that is being worked on. It is kept on the global object, as pages are bundled apart from
 * the process that serves them and have modules of their own; `app/_ui/formats.ts` reads it there.
 */
type Store = AsyncLocalStorage<{ formats: Formats }>;
const place = globalThis as { [key: symbol]: Store | undefined };
const key = Symbol.for("atelier.formats");
place[key] ??= new AsyncLocalStorage();
const store: Store = place[key];

/** Runs work that writes dates and numbers as `formats` say, unless it learns of a person's own. */
export function withFormats<T>(formats: Formats, work: () => T): T {
  return store.run({ formats }, work);
}

/** Has the request that is being answered write as its person has chosen. */
export function applyFormatsOf(chosen: ChosenFormats): void {
  const current = store.getStore();
  if (current) current.formats = formatsOf(chosen);
}

/** Returns the formats of the request or mail that is being worked on. */
export function currentFormats(): Formats {
  return store.getStore()?.formats ?? plainFormats;
}

// Every page asks, and asking Intl costs more than the rest. Few are chosen: each has to exist when it is.
const known = new Map<string, Formats>();
const mostKnown = 1_000;

/** Returns what was chosen as far as it still exists: an unknown zone is UTC, an unknown language is English. */
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

/** Returns a zone by its present name; undefined: Intl knows no such zone. Offsets such as "+02:00" are none. */
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

/** Returns the day on which a week begins where a language is spoken; Monday where that is not known, or another day. */
function weekStartOf(locale: string): Formats["weekStart"] {
  const language = new Intl.Locale(locale) as Intl.Locale & {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  const first = (language.getWeekInfo?.() ?? language.weekInfo)?.firstDay ?? null;
  return isWeekStart(first) ? first : plainFormats.weekStart;
}
