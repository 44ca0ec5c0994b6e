import { numberFormat } from "./formats";

/*
 * Formats numbers and dates: words in English, numbers and dates in the reader's language and time zone. The same on
 * the server and in the browser. Functions that every page needs are in separate files, so that pages do not load the
 * rest.
 */
export { formatDay, formatExact, formatRelative, formatUtc, formatUtcDay } from "./format-time";

const whole = (value: number) => numberFormat({ maximumFractionDigits: 0 }).format(value);
const short = (value: number) => numberFormat({ maximumFractionDigits: 1 }).format(value);

/** Formats as "3 members", "1 member". The plural is the singular with an "s" by default. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole(count)} ${count === 1 ? singular : plural}`;
}

/** Formats as "37", or "100+" for a number that was counted only up to 100. */
export function formatUpTo(count: number, most: number): string {
  return whole(count) + (count >= most ? "+" : "");
}

/** Formats as "3 keys", or "1,000+ keys" for a number that was counted only up to 1,000. */
export function formatCountUpTo(count: number, most: number, singular: string): string {
  return `${formatUpTo(count, most)} ${count === 1 ? singular : `${singular}s`}`;
}

/** Formats as "12,345". */
export function formatNumber(count: number): string {
  return whole(count);
}

/** Formats as "2.4", with at most one decimal. */
export function formatTenths(value: number): string {
  return short(value);
}

/** Formats as "12K", "1.2M", where space is short, such as at an axis. */
export function formatCompact(count: number): string {
  return numberFormat({ notation: "compact", maximumFractionDigits: 1 }).format(count);
}

const byteUnits = ["bytes", "kB", "MB", "GB", "TB"];

/** Formats as "512 bytes", "1.5 kB", "310 MB": in powers of 1024, as limits are counted. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  if (step === 0) return formatCount(bytes, "byte");
  return `${(value < 10 ? short : whole)(value)} ${byteUnits[step]}`;
}

/**
 * Formats money in micro-units: "€1,234.50". Amounts below one have as many decimals as they need, down to the last
 * micro-unit: "€0.0123", "€0.000007".
 *
 * @param currency its ISO 4217 code
 */
export function formatMoney(micro: number, currency: string): string {
  return moneyFormat(micro, currency).format(micro / 1_000_000);
}

function moneyFormat(micro: number, currency: string): Intl.NumberFormat {
  const size = Math.abs(micro / 1_000_000);
  const digits = size > 0 && size < 1 ? Math.min(6, Math.max(2, Math.ceil(-Math.log10(size)) + 2)) : undefined;
  const figures = digits === undefined ? {} : { minimumFractionDigits: 2, maximumFractionDigits: digits };
  return numberFormat({ style: "currency", currency, ...figures });
}

/** Formats amounts above ten thousand as "€12.5K", "€300M", where space is short, such as at an axis. */
export function formatCompactMoney(micro: number, currency: string): string {
  if (Math.abs(micro) < 10_000_000_000) return formatMoney(micro, currency);
  const short = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 } as const;
  return numberFormat({ style: "currency", currency, ...short }).format(micro / 1_000_000);
}

/**
 * Returns a format for the amounts of one column, like `formatMoney`, with the decimal points below each other: amounts
 * with fewer decimals are padded with spaces of a digit's width. For right-aligned cells.
 */
export function moneyColumn(amounts: readonly number[], currency: string): (micro: number) => string {
  const most = Math.max(0, ...amounts.map((micro) => decimalsOf(micro, currency)));
  return (micro) => {
    const own = decimalsOf(micro, currency);
    const missing = "\u2007".repeat(Math.max(0, most - own));
    const said = formatMoney(micro, currency);
    if (!missing) return said;
    return said.replace(/\d(?=\D*$)/u, (last) => last + (own === 0 ? "\u2008" : "") + missing);
  };
}

/** Returns how many decimals `formatMoney` writes. */
function decimalsOf(micro: number, currency: string): number {
  const parts = moneyFormat(micro, currency).formatToParts(micro / 1_000_000);
  return parts.find(({ type }) => type === "fraction")?.value.length ?? 0;
}

/** Formats micro-units as a plain, exact decimal: "20.00", "0.0125". For fields and spreadsheets. */
export function plainMoney(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}

/** Formats as "85 ms", "1.2 s", "2.5 min"; null as a dash. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 1000) return `${whole(ms)} ms`;
  if (ms < 60_000) return `${short(ms / 1000)} s`;
  return `${short(ms / 60_000)} min`;
}
