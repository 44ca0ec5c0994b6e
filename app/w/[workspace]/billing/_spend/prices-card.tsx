import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatDay, moneyColumn } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classNames, classPrice, classText } from "@/app/w/[workspace]/_shared/class-text";
import type { ClassPrices, PricedClass } from "@/server/usage/classes";
import type { MonthModel } from "./models-card";

type Props = {
  currency: string;
  /** The models that were used this month. */
  models: MonthModel[];
  prices: {
    model: string;
    from: string;
    inputPrice: number;
    outputPrice: number;
    trainingPrice?: number;
    batchFactor?: number;
    classPrices?: ClassPrices;
  }[];
};

const inputLabel = "Input, a million tokens";
const outputLabel = "Output, a million tokens";
const trainingLabel = "Training, a million tokens";

function classPricesLine(prices: ClassPrices, currency: string): string {
  const named: [PricedClass, string][] = [...classNames.map((id): [PricedClass, string] => [id, classText[id].name])];
  return [...named, ["request", "Requests"] as [PricedClass, string]]
    .flatMap(([id, name]) => {
      const price = prices[id];
      return price === undefined ? [] : [`${name} ${classPrice(id, price, currency)}`];
    })
    .join(", ");
}

/** Shows what models cost. */
export function PricesCard({ currency, models, prices }: Props) {
  const column = (amounts: number[]) => moneyColumn(amounts, currency);
  const input = column(prices.map(({ inputPrice }) => inputPrice));
  const output = column(prices.map(({ outputPrice }) => outputPrice));
  const training = column(prices.map(({ trainingPrice = 0 }) => trainingPrice));
  const hasTraining = prices.some(({ trainingPrice }) => trainingPrice !== undefined);
  const unpriced = models.filter(({ hasPrice }) => !hasPrice).map(({ model }) => model);
  return (
    <Card
      isFlush
      title="Prices"
      description="Of a million tokens, input and output. Set by the operator of this Atelier. A request is charged at the price of the time when it was made."
    >
      {unpriced.length > 0 && (
        <div className="p-4 md:px-5">
          <Notice tone="warning" title={`No price: ${unpriced.join(", ")}`}>
            Requests to {unpriced.length === 1 ? "this model cost" : "these models cost"} nothing here, and spending
            limits do not apply to them.
          </Notice>
        </div>
      )}
      {prices.length > 0 ? (
        <Table
          label="Prices"
          isList
          columns={[
            { label: "Model" },
            { label: "From" },
            { label: inputLabel, align: "end" },
            { label: outputLabel, align: "end" },
            ...(hasTraining ? [{ label: trainingLabel, align: "end" as const }] : []),
          ]}
        >
          {prices.map(({ model, from, inputPrice, outputPrice, trainingPrice, batchFactor, classPrices = {} }) => (
            <TableRow key={`${model} ${from}`}>
              <TableCell kind="primary">
                {model === "*" ? (
                  "Every other model"
                ) : (
                  <span className="wrap-anywhere font-mono text-[0.8125rem]">{model}</span>
                )}
                {Object.keys(classPrices).length > 0 && (
                  <p className="text-ink-soft text-xs">{classPricesLine(classPrices, currency)}</p>
                )}
                {batchFactor !== undefined && (
                  <p className="text-ink-soft text-xs">In a batch {batchFactor / 10_000} % of these prices</p>
                )}
              </TableCell>
              <TableCell label="From" className="figures text-ink-soft">
                {from === "1970-01-01" ? "always" : formatDay(from)}
              </TableCell>
              <TableCell label={inputLabel} align="end" isGlance className="figures">
                {input(inputPrice)}
              </TableCell>
              <TableCell label={outputLabel} align="end" isGlance className="figures">
                {output(outputPrice)}
              </TableCell>
              {hasTraining && (
                <TableCell label={trainingLabel} align="end" className="figures">
                  {trainingPrice === undefined ? "–" : training(trainingPrice)}
                </TableCell>
              )}
            </TableRow>
          ))}
        </Table>
      ) : (
        <EmptyState title="No prices">No model has a price here, so nothing counts towards spending limits.</EmptyState>
      )}
    </Card>
  );
}
