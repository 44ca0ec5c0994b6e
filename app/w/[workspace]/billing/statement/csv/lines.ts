import { csvHead, csvLine } from "@/app/_ui/csv";
import { plainMoney } from "@/app/_ui/format";
import { classHead, classNames } from "@/app/w/[workspace]/_shared/class-text";
import type { Outputs } from "@/server/composition/outputs";

const heads = [
  "month",
  "model",
  "key_id",
  "key",
  "member_id",
  "member",
  "requests",
  "errors",
  "tokens_in",
  "tokens_out",
  "input_price_per_million",
  "output_price_per_million",
  "cost",
  "currency",
  "operation",
  ...classNames.map((name) => classHead[name]),
  ...classNames.map((name) => `${classHead[name].replace(/_tokens$/, "")}_price_per_million`),
  "request_price_per_million",
  "tags",
];

type Line = Outputs["billing"]["statementLines"]["lines"][number];

/** Formats a price; empty when the class has none of its own. */
const priceText = (price: number | undefined) => (price === undefined ? "" : plainMoney(price));

/**
 * Returns a month's statement as CSV, with a line for each key, model, endpoint and price. Money is decimal and exact.
 */
export function statementCsv(month: string, currency: string, lines: Line[]): string {
  return [
    csvHead(heads),
    ...lines.map((line) =>
      csvLine([
        month,
        line.model,
        line.keyId ?? "",
        line.keyName ?? "",
        line.memberId ?? "",
        line.memberName ?? "",
        line.requests,
        line.errors,
        line.promptTokens,
        line.completionTokens,
        plainMoney(line.inputPrice),
        plainMoney(line.outputPrice),
        plainMoney(line.cost),
        currency,
        line.operation,
        ...classNames.map((name) => line.classes[name] ?? 0),
        ...classNames.map((name) => priceText(line.classPrices[name])),
        priceText(line.classPrices.request),
        line.tags?.join(" ") ?? "",
      ]),
    ),
  ].join("");
}
