import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classNames, classPrice, classText } from "@/app/w/[workspace]/_shared/class-text";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { ClassPrices, CountedClass, PricedClass } from "@/server/usage/classes";

type Props = {
  slug: string;
  currency: string;
  /** What was used this month. */
  models: { model: string; requests: number; cost: number; hasPrice: boolean; unpriced: CountedClass[] }[];
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

/** Shows what each model cost this month, and what models cost. */
export function ModelsCard({ slug, currency, models, prices }: Props) {
  const money = (micro: number) => formatMoney(micro, currency);
  const hasTraining = prices.some(({ trainingPrice }) => trainingPrice !== undefined);
  const unpriced = models.filter(({ hasPrice }) => !hasPrice).map(({ model }) => model);
  return (
    <>
      {models.length > 0 && (
        <Card isFlush title="Models this month" description={formatCount(models.length, "model")}>
          <Table
            label="Models this month"
            columns={[{ label: "Model" }, { label: "Requests", align: "end" }, { label: "Spend", align: "end" }]}
          >
            {models.map(({ model, requests, cost, hasPrice, unpriced }) => (
              <TableRow key={model}>
                <TableCell kind="primary">
                  <span className="inline-flex flex-wrap items-center gap-2">
                    <span className="wrap-anywhere font-mono text-[0.8125rem]">{model}</span>
                    {!hasPrice && <Badge tone="warning">No price</Badge>}
                    <LimitsLink slug={slug} of={`model:${model}`} name={model} text="Limits" />
                  </span>
                  {hasPrice && unpriced.length > 0 && (
                    <p className="text-ink-soft text-xs">
                      No price of its own:{" "}
                      {unpriced.map((id) => `${classText[id].name} (${classText[id].base.toLowerCase()})`).join(", ")}
                    </p>
                  )}
                </TableCell>
                <TableCell label="Requests" align="end" className="figures">
                  {formatNumber(requests)}
                </TableCell>
                <TableCell label="Spend" align="end" className="figures">
                  {money(cost)}
                </TableCell>
              </TableRow>
            ))}
          </Table>
        </Card>
      )}
      <Card
        isFlush
        title="Prices"
        description="Set by the operator of this Atelier. A request costs what the price was when it was made."
      >
        {unpriced.length > 0 && (
          <div className="p-4 md:px-5">
            <Notice tone="warning" title={`No price: ${unpriced.join(", ")}`}>
              Requests to {unpriced.length === 1 ? "this model cost" : "these models cost"} nothing here, and no limit
              on spend holds them back.
            </Notice>
          </div>
        )}
        {prices.length > 0 ? (
          <Table
            label="Prices"
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
                  {from}
                </TableCell>
                <TableCell label={inputLabel} align="end" className="figures">
                  {money(inputPrice)}
                </TableCell>
                <TableCell label={outputLabel} align="end" className="figures">
                  {money(outputPrice)}
                </TableCell>
                {hasTraining && (
                  <TableCell label={trainingLabel} align="end" className="figures">
                    {trainingPrice === undefined ? "–" : money(trainingPrice)}
                  </TableCell>
                )}
              </TableRow>
            ))}
          </Table>
        ) : (
          <EmptyState title="No prices">
            Nothing costs anything here, and nothing counts towards a limit on spend.
          </EmptyState>
        )}
      </Card>
    </>
  );
}
