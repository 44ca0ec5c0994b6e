import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatCount, formatNumber, moneyColumn } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classText } from "@/app/w/[workspace]/_shared/class-text";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { CountedClass } from "@/server/usage/classes";

/** The usage of a model this month. */
export type MonthModel = { model: string; requests: number; cost: number; hasPrice: boolean; unpriced: CountedClass[] };

/** Shows what each model cost this month. */
export function ModelsCard({ slug, currency, models }: { slug: string; currency: string; models: MonthModel[] }) {
  if (models.length === 0) return null;
  const money = moneyColumn(
    models.map(({ cost }) => cost),
    currency,
  );
  return (
    <Card isFlush title="Models this month" description={formatCount(models.length, "model")}>
      <Table
        label="Models this month"
        isList
        columns={[{ label: "Model" }, { label: "Requests", align: "end" }, { label: "Spend", align: "end" }]}
      >
        {models.map(({ model, requests, cost, hasPrice, unpriced }) => (
          <TableRow key={model}>
            <TableCell kind="primary">
              <span className="inline-flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere font-mono text-[0.8125rem]">{model}</span>
                {!hasPrice && <Badge tone="warning">No price</Badge>}
              </span>
              <span className="ms-2 inline-block">
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
            <TableCell label="Spend" align="end" isGlance className="figures">
              {money(cost)}
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
