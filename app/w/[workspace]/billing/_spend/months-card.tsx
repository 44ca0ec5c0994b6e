import type { Route } from "next";
import { Card } from "@/app/_ui/card";
import { moneyColumn } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { monthName } from "@/app/w/[workspace]/_shared/month";

type Props = { here: string; currency: string; months: { month: string; spent: number }[] };

/** Shows the cost of earlier months, with their statements. */
export function MonthsCard({ here, currency, months }: Props) {
  if (months.length === 0) return null;
  const money = moneyColumn(
    months.map(({ spent }) => spent),
    currency,
  );
  return (
    <Card isFlush title="Earlier months">
      <Table
        label="Earlier months"
        isList
        columns={[{ label: "Month" }, { label: "Spend", align: "end" }, { label: "Statement" }]}
      >
        {months.map(({ month, spent }) => (
          <TableRow key={month}>
            <TableCell kind="primary">{monthName(month)}</TableCell>
            <TableCell label="Spend" align="end" isGlance className="figures">
              {money(spent)}
            </TableCell>
            <TableCell label="Statement" className="whitespace-nowrap">
              <span>
                <Link
                  href={`${here}/statement?month=${month}` as Route}
                  className="text-accent-ink underline underline-offset-2"
                  aria-label={`Open the statement of ${monthName(month)}`}
                >
                  Open
                </Link>{" "}
                <span className="text-ink-faint">·</span>{" "}
                <a
                  href={`${here}/statement/csv?month=${month}`}
                  className="text-accent-ink underline underline-offset-2"
                  aria-label={`CSV of ${monthName(month)}`}
                >
                  CSV
                </a>
              </span>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
