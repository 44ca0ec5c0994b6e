import { currentFormats } from "@/server/platform/formats";

/**
 * Formats the amounts and numbers of a text in the recipient's language: "1,240 requests, 12.30 EUR" becomes
 * "1.240 requests, 12,30 €" in German. An amount keeps its decimals.
 *
 * @param text from the program, never from a user: numbers as in "1,240", money as in "12.30 EUR"
 */
export function inFigures(text: string): string {
  const locale = `${currentFormats().locale}-u-nu-latn`;
  return text.replace(amountOrNumber, (said, amount, decimals = "", currency) => {
    if (currency === undefined) return new Intl.NumberFormat(locale).format(Number(said.replaceAll(",", "")));
    const digits = { minimumFractionDigits: decimals.length, maximumFractionDigits: decimals.length };
    return new Intl.NumberFormat(locale, { style: "currency", currency, ...digits }).format(Number(amount));
  });
}

const amountOrNumber = /(\d+(?:\.(\d+))?) ([A-Z]{3})\b|\d{1,3}(?:,\d{3})+(?![\d.])/g;
