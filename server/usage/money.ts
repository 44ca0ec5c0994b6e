/** The highest amount that can be typed, in the currency. In micro-units it is far below the largest exact number. */
const most = 1_000_000_000n;
const unit = 1_000_000n;

/**
 * Reads money as a person types it, in micro-units: digits, and at most six decimals after a point. It calculates
 * with integers, so the result is exactly what was typed.
 *
 * @returns a sentence for the field when the text is no such amount
 */
export function parseMoney(typed: string): { micro: number } | { error: string } {
  const text = typed.trim();
  if (text === "") return { error: "Enter an amount, such as 20 or 20.50." };
  if (/^-/.test(text)) return { error: "An amount cannot be less than nothing." };
  if (/^\d{1,12},\d{1,2}$/.test(text)) return { error: `Write decimals with a point: ${text.replace(",", ".")}.` };
  const [, whole, decimals = ""] = /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text) ?? [];
  if (whole === undefined) return { error: "Enter an amount in digits, such as 20 or 20.50." };
  if (decimals.length > 6) return { error: "Enter at most 6 decimals." };
  const micro = BigInt(whole) * unit + BigInt(decimals.padEnd(6, "0"));
  if (micro > most * unit) return { error: "Enter at most 1,000,000,000." };
  return { micro: Number(micro) };
}

/** Writes micro-units as a decimal, exactly, with at least two places: "20.00", "0.0125". */
export function decimalMoney(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}
