/** The currency of every amount, as its ISO 4217 code. */
export function currency(): string {
  return "EUR";
}
