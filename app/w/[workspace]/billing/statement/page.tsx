import type { Metadata, Route } from "next";
import { buttonClass } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatDay, formatMoney, formatUtc, moneyColumn } from "@/app/_ui/format";
import { Download, Printer } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PrintButton } from "@/app/_ui/print-button";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { daysOf, monthName } from "@/app/w/[workspace]/_shared/month";
import { operationText } from "@/app/w/[workspace]/_shared/operation-text";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { ClassesTable } from "./classes-table";
import { SharesTable, sumCells } from "./shares-table";

export const metadata: Metadata = { title: "Statement" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<{ month?: string | string[] }>;
};

/** Draws the statement of a month, for printing. */
export default async function StatementPage({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { billing } = await api();
  const asked = query.month === undefined ? {} : { month: String(query.month) };
  const [statement, { permissions }] = await Promise.all([
    billing.statement({ workspace: slug, ...asked }),
    workspaceHere(slug),
  ]);
  const { month, now, currency, total, workspaceName } = statement;
  const isOver = month < now.toISOString().slice(0, 7);
  const money = (micro: number) => formatMoney(micro, currency);
  const costs = moneyColumn(
    statement.prices.map(({ cost }) => cost),
    currency,
  );
  const days = daysOf(month);
  const here = `/w/${slug}/billing`;
  return (
    <article className="flex flex-col gap-8">
      <p className="-mb-4 print:hidden">
        <Link href={here as Route} className="text-accent-ink underline underline-offset-2">
          Billing
        </Link>
      </p>
      <header className="flex flex-col gap-4 border-hairline border-b pb-6 md:flex-row md:items-start md:justify-between print:flex-row print:justify-between">
        <div className="min-w-0">
          <p className="caption">Statement</p>
          <h1 className="mt-1 text-2xl tracking-[-0.022em]">{monthName(month)}</h1>
          <p className="wrap-anywhere mt-1 text-[0.9375rem] text-ink-soft">{workspaceName}</p>
          <p className="figures mt-1 text-[0.8125rem] text-ink-faint">
            {formatDay(`${month}-01`)} to {formatDay(days.at(-1) ?? "")}, UTC · made {formatUtc(now)}
          </p>
        </div>
        <div className="md:text-right print:text-right">
          <p className="text-[0.8125rem] text-ink-soft">Total</p>
          <p className="figures font-semibold text-3xl tracking-[-0.02em]">{money(total.cost)}</p>
          <div className="mt-3 flex flex-wrap gap-2 print:hidden">
            <PrintButton size="sm" icon={<Printer />}>
              Print
            </PrintButton>
            <a href={`${here}/statement/csv?month=${month}`} className={buttonClass({ size: "sm" })}>
              <Download />
              Download CSV
            </a>
            {permissions.includes("audit:read") && (
              <a href={`${here}/statement/ledger?month=${month}`} className={buttonClass({ size: "sm" })}>
                <Download />
                Download sealed ledger
              </a>
            )}
          </div>
        </div>
      </header>
      {!isOver && (
        <Notice title="This month is not over">
          The statement contains everything that was settled before it was created.
        </Notice>
      )}
      {total.requests === 0 ? (
        <EmptyState title="Nothing was used">No request reached a model in {monthName(month)}.</EmptyState>
      ) : (
        <>
          <SharesTable title="By model" rows={statement.byModel} total={total} currency={currency} isMono />
          <SharesTable
            title="By kind"
            rows={statement.byOperation.map(({ operation, ...row }) => ({
              ...row,
              name: operation ? operationText(operation) : row.name,
            }))}
            total={total}
            currency={currency}
          />
          <SharesTable title="By key" rows={statement.byKey} total={total} currency={currency} />
          <SharesTable title="By member" rows={statement.byMember} total={total} currency={currency} />
          {statement.byTag.length > 0 && (
            <SharesTable title="By tag" rows={statement.byTag} total={total} currency={currency} isMono />
          )}
          {statement.byEndUser.length > 0 && (
            <SharesTable title="By end user" rows={statement.byEndUser} total={total} currency={currency} />
          )}
          <section aria-label="Prices as applied">
            <h2 className="mb-1 text-[0.9375rem]">Prices as applied</h2>
            <p className="mb-2 text-[0.8125rem] text-ink-soft">
              Per million tokens, at the time of each request. The cost of each request is rounded up to a millionth.
            </p>
            <div className="rounded-xl border border-hairline bg-surface">
              <Table label="Prices as applied" columns={priceColumns} isList>
                {statement.prices.map((price) => (
                  <TableRow
                    key={JSON.stringify([
                      price.model,
                      price.isTraining,
                      price.inputPrice,
                      price.outputPrice,
                      price.classPrices,
                    ])}
                  >
                    <TableCell kind="primary">
                      <span className="wrap-anywhere font-mono text-[0.8125rem]">{price.model}</span>
                      {price.isTraining && <span className="text-ink-soft">, fine-tuning</span>}
                    </TableCell>
                    <TableCell label="Input price" align="end" className="figures">
                      {price.inputPrice || price.outputPrice ? money(price.inputPrice) : "No price"}
                    </TableCell>
                    <TableCell label="Output price" align="end" className="figures">
                      {price.inputPrice || price.outputPrice ? money(price.outputPrice) : "No price"}
                    </TableCell>
                    {sumCells(price, costs)}
                  </TableRow>
                ))}
              </Table>
            </div>
          </section>
          <ClassesTable prices={statement.prices} currency={currency} />
        </>
      )}
    </article>
  );
}

const priceColumns = [
  { label: "Model" },
  { label: "Input price", align: "end" as const },
  { label: "Output price", align: "end" as const },
  { label: "Requests", align: "end" as const },
  { label: "Tokens in", align: "end" as const },
  { label: "Tokens out", align: "end" as const },
  { label: "Cost", align: "end" as const },
];
