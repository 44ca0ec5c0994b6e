/** "€12.50" of micro-units; what is more than nothing and less than a cent is said so. In English, anywhere the same. */
export function formatMoney(microUnits: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const smallest = 10 ** -(format.resolvedOptions().maximumFractionDigits ?? 2);
  const amount = microUnits / 1_000_000;
  return amount > 0 && amount < smallest ? `< ${format.format(smallest)}` : format.format(amount);
}

/** Micro-units as a person types them: "12.5". */
export const decimalMoney = (microUnits: number): string => (microUnits / 1_000_000).toFixed(6).replace(/\.?0+$/, "");
