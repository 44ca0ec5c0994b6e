import { numberFormat } from "./formats";

/*
 * How numbers and dates are said: words in English, figures in the language and the zone of whom they are for. The same on
 * the server and in the browser. What every page needs of it is beside this, so that the rest does not come with it.
 */
export { formatDay, formatExact, formatRelative, formatUtc, formatUtcDay } from "./format-time";

const whole = (value: number) => numberFormat({ maximumFractionDigits: 0 }).format(value);
const short = (value: number) => numberFormat({ maximumFractionDigits: 1 }).format(value);

/** Formats as "3 members", "1 member"; the plural is the singular and an s unless given. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole(count)} ${count === 1 ? singular : plural}`;
}

/** Formats as "37", or "100+" for what was counted up to 100 and no further. */
export function formatUpTo(count: number, most: number): string {
  return whole(count) + (count >= most ? "+" : "");
}

/** Formats as "3 keys", or "1,000+ keys" for what was counted up to 1,000 and no further. */
export function formatCountUpTo(count: number, most: number, singular: string): string {
  return `${formatUpTo(count, most)} ${count === 1 ? singular : `${singular}s`}`;
}

/** Formats as "12,345". */
export function formatNumber(count: number): string {
  return whole(count);
}

/** Formats as "2.4": with one digit after the point at most. */
export function formatTenths(value: number): string {
  return short(value);
}

/** Formats as "12K", "1.2M": where there is no room for more, such as at an axis. */
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
 * Formats money in micro-units: "€1,234.50". Less than one has as many digits as it takes to be seen, down to
 * the last micro-unit: "€0.0123", "€0.000007".
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

/** Formats money as "€12.5K", "€300M" where it is more than ten thousand and there is no room for more, such as at an axis. */
export function formatCompactMoney(micro: number, currency: string): string {
  if (Math.abs(micro) < 10_000_000_000) return formatMoney(micro, currency);
  const short = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 } as const;
  return numberFormat({ style: "currency", currency, ...short }).format(micro / 1_000_000);
}

/**
 * Returns how the amounts of one column are said, as by `formatMoney`, so that their points stand below each other: what has
 * fewer digits is followed by as many spaces of a digit's width. For cells that end at the same edge.
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

/** Returns how many digits `formatMoney` writes after the point. */
function decimalsOf(micro: number, currency: string): number {
  const parts = moneyFormat(micro, currency).formatToParts(micro / 1_000_000);
  return parts.find(({ type }) => type === "fraction")?.value.length ?? 0;
}

/** Formats micro-units as a plain decimal, exactly: "20.00", "0.0125". For a field, or a spreadsheet. */
export function plainMoney(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}

/** Formats as "85 ms", "1.2 s", "2.5 min"; a dash where nothing was measured. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 1000) return `${whole(ms)} ms`;
  if (ms < 60_000) return `${short(ms / 1000)} s`;
  return `${short(ms / 60_000)} min`;
}
