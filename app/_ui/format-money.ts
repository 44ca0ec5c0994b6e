const formats = new Map<string, Intl.NumberFormat>();

/**
 * Money that is counted in micro-units: "€1,234.50". Less than one has as many digits as it takes to be seen, down to
 * the last micro-unit: "€0.0123", "€0.000007".
 *
 * @param currency its ISO 4217 code
 */
export function formatMoney(micro: number, currency: string): string {
  const amount = micro / 1_000_000;
  const size = Math.abs(amount);
  const digits = size > 0 && size < 1 ? Math.min(6, Math.max(2, Math.ceil(-Math.log10(size)) + 2)) : undefined;
  const key = `${currency} ${digits}`;
  const format =
    formats.get(key) ??
    new Intl.NumberFormat("en", {
      style: "currency",
      currency,
      ...(digits === undefined ? {} : { minimumFractionDigits: 2, maximumFractionDigits: digits }),
    });
  formats.set(key, format);
  return format.format(amount);
}

/** Micro-units as a plain decimal, exactly: "20.00", "0.0125". For a field, or a spreadsheet. */
export function plainMoney(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}
