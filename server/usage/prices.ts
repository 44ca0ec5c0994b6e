/** The ISO 4217 code of the currency in which this instance counts money. */
export function currency(): string {
  return "EUR";
}
