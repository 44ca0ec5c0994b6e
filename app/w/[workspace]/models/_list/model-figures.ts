import { formatMoney, formatNumber } from "@/app/_ui/format";

/** Formats the number of context tokens; a dash where it is unknown. */
export const context = (tokens: number | null) => (tokens === null ? "–" : formatNumber(tokens));

/** Returns the prices per million tokens, of input and output. */
export function price(
  { inputPrice, outputPrice, classPrices }: { inputPrice: number; outputPrice: number; classPrices?: object },
  currency: string,
) {
  if (inputPrice === 0 && outputPrice === 0) return classPrices ? "By class" : "Free";
  return `${formatMoney(inputPrice, currency)} / ${formatMoney(outputPrice, currency)}`;
}
