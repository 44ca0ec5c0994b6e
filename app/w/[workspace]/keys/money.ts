/** Micro-units as a person types them: "12.5". */
export const decimalMoney = (microUnits: number): string => (microUnits / 1_000_000).toFixed(6).replace(/\.?0+$/, "");
