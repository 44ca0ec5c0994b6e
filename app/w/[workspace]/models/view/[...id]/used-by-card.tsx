import type { Route } from "next";
import { Card } from "@/app/_ui/card";
import { formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import { LastUsed } from "@/app/w/[workspace]/models/_list/last-used";

type Props = {
  slug: string;
  modelId: string;
  used: { requests: number; cost: number };
  usedBy: {
    memberId: string | null;
    memberName: string | null;
    keyId: string | null;
    keyName: string | null;
    requests: number;
    cost: number;
    lastUsedAt: Date;
  }[];
  currency: string;
};

const columns = [
  { label: "Who" },
  { label: "Key" },
  { label: "Requests", align: "end" as const },
  { label: "Cost", align: "end" as const },
  { label: "Last used" },
];

/** Shows who used a model this month, in this workspace. */
export function UsedByCard({ slug, modelId, used, usedBy, currency }: Props) {
  const href = `/w/${slug}/usage?${new URLSearchParams({ range: "month", model: modelId })}`;
  return (
    <Card
      isFlush={usedBy.length > 0}
      title="Used this month"
      description={
        used.requests === 0
          ? "Not used in this workspace this month."
          : `${formatCount(used.requests, "request")}, ${formatMoney(used.cost, currency)}, in this workspace`
      }
      action={
        <span className="inline-flex flex-wrap gap-4">
          <LimitsLink slug={slug} of={`model:${modelId}`} text="Spending limits" />
          {used.requests > 0 && (
            <Link href={href as Route} className="text-ink-soft underline underline-offset-3">
              See usage
            </Link>
          )}
        </span>
      }
    >
      {usedBy.length > 0 && (
        <Table label="Used by" columns={columns}>
          {usedBy.map((row) => (
            <TableRow key={`${row.memberId} ${row.keyId}`}>
              <TableCell kind="primary">
                {row.memberName || (row.memberId ? "A former member" : "A service key")}
              </TableCell>
              <TableCell label="Key" className="wrap-anywhere text-ink-soft">
                {row.keyName ?? "In the browser"}
              </TableCell>
              <TableCell label="Requests" align="end" className="figures">
                {formatNumber(row.requests)}
              </TableCell>
              <TableCell label="Cost" align="end" className="figures">
                {formatMoney(row.cost, currency)}
              </TableCell>
              <TableCell label="Last used" className="text-ink-soft">
                <LastUsed hour={row.lastUsedAt} />
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}
