import { formatNumber, moneyColumn } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";

type Sums = { requests: number; errors: number; promptTokens: number; completionTokens: number; cost: number };

type Props = {
  title: string;
  rows: (Sums & { id: string | null; name: string })[];
  total: Sums;
  currency: string;
  /** Whether the names are ids. */
  isMono?: boolean;
};

const columns = [
  { label: "Name" },
  { label: "Requests", align: "end" as const },
  { label: "Tokens in", align: "end" as const },
  { label: "Tokens out", align: "end" as const },
  { label: "Cost", align: "end" as const },
];

/** Returns the last cells of a row, which are the same in every table of a statement. */
export function sumCells({ requests, promptTokens, completionTokens, cost }: Sums, money: (micro: number) => string) {
  return (
    <>
      <TableCell label="Requests" align="end" className="figures">
        {formatNumber(requests)}
      </TableCell>
      <TableCell label="Tokens in" align="end" className="figures">
        {formatNumber(promptTokens)}
      </TableCell>
      <TableCell label="Tokens out" align="end" className="figures">
        {formatNumber(completionTokens)}
      </TableCell>
      <TableCell label="Cost" align="end" isGlance className="figures font-medium">
        {money(cost)}
      </TableCell>
    </>
  );
}

/** Draws the usage of a month by model, key or member, with the total. */
export function SharesTable({ title, rows, total, currency, isMono }: Props) {
  const money = moneyColumn(
    [...rows, total].map(({ cost }) => cost),
    currency,
  );
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[0.9375rem]">{title}</h2>
      <div className="rounded-xl border border-hairline bg-surface">
        <Table label={title} columns={columns} isList>
          {rows.map((row) => (
            <TableRow key={row.id ?? row.name}>
              <TableCell kind="primary">
                <span className={`wrap-anywhere ${isMono && row.id ? "font-mono text-[0.8125rem]" : ""}`}>
                  {row.name}
                </span>
              </TableCell>
              {sumCells(row, money)}
            </TableRow>
          ))}
          <TableRow>
            <TableCell kind="primary" className="font-medium">
              Total
            </TableCell>
            {sumCells(total, money)}
          </TableRow>
        </Table>
      </div>
    </section>
  );
}
