import { formatMoney, formatNumber } from "@/app/_ui/format";

/** Tokens of context; a dash where nobody says. */
export const context = (tokens: number | null) => (tokens === null ? "–" : formatNumber(tokens));

/** What a million tokens cost, of the question and of the answer. */
export function price(
  { inputPrice, outputPrice, classPrices }: { inputPrice: number; outputPrice: number; classPrices?: object },
  currency: string,
) {
  if (inputPrice === 0 && outputPrice === 0) return classPrices ? "By class" : "Free";
  return `${formatMoney(inputPrice, currency)} / ${formatMoney(outputPrice, currency)}`;
}
