import { formatNumber } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classesOf, classPrice, classText } from "@/app/w/[workspace]/_shared/class-text";
import type { AppliedPrice } from "@/server/billing/statement/statement";

const columns = [
  { label: "Model" },
  { label: "Class" },
  { label: "Used", align: "end" as const },
  { label: "Price", align: "end" as const },
];

/**
 * Draws the usage and the price of each class. A class without its own price shows the price that was applied instead.
 */
export function ClassesTable({ prices, currency }: { prices: AppliedPrice[]; currency: string }) {
  const rows = prices.flatMap((price, i) =>
    classesOf(price.classes).map((used) => ({ ...used, ...price, key: `${i} ${used.id}` })),
  );
  if (rows.length === 0) return null;
  return (
    <section aria-label="By class">
      <h2 className="mb-1 text-[0.9375rem]">By class</h2>
      <p className="mb-2 text-[0.8125rem] text-ink-soft">
        Parts of the tokens above, and units. A class without its own price was charged at the price of the other
        tokens.
      </p>
      <div className="rounded-xl border border-hairline bg-surface">
        <Table label="By class" columns={columns} isList>
          {rows.map(({ key, id, model, name, count, classPrices }) => {
            const own = classPrices[id];
            return (
              <TableRow key={key}>
                <TableCell kind="primary">
                  <span className="wrap-anywhere font-mono text-[0.8125rem]">{model}</span>
                </TableCell>
                <TableCell label="Class">{name}</TableCell>
                <TableCell label="Used" align="end" isGlance className="figures">
                  {formatNumber(count)}
                </TableCell>
                <TableCell label="Price" align="end" className="figures">
                  {own === undefined ? `No price: ${classText[id].base.toLowerCase()}` : classPrice(id, own, currency)}
                </TableCell>
              </TableRow>
            );
          })}
        </Table>
      </div>
    </section>
  );
}
