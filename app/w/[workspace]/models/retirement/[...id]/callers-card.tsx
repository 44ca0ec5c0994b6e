import { Card } from "@/app/_ui/card";
import { formatCount, formatNumber } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { inTheLast } from "@/app/w/[workspace]/_shared/of-late";
import { LastUsed } from "@/app/w/[workspace]/models/_list/last-used";
import type { Outputs } from "@/server/composition/outputs";

const columns = [
  { label: "Key" },
  { label: "Member" },
  { label: "Calls", align: "end" as const },
  { label: "Last call" },
];

/** Shows who called a model or a route in the last 30 days. */
export function CallersCard({ slug, called }: { slug: string; called: Outputs["models"]["retirement"]["called"] }) {
  const { rows, total, calls, days } = called;
  const more = total - rows.length;
  return (
    <Card
      isFlush={rows.length > 0}
      title="Who still calls it"
      description={
        rows.length === 0
          ? "No member or key of this workspace called it in the last 30 days."
          : `${inTheLast(days)}: ${formatCount(calls, "call")} in this workspace.`
      }
      footer={more > 0 ? `${formatCount(more, "caller")} more, with fewer calls.` : undefined}
    >
      {rows.length > 0 && (
        <Table label="Who still calls it" columns={columns} isList>
          {rows.map((row) => (
            <TableRow key={`${row.keyId} ${row.memberId}`}>
              <TableCell kind="primary" className="wrap-anywhere">
                {row.keyId === null ? (
                  "In the browser"
                ) : (
                  <a href={`/w/${slug}/keys/view/${row.keyId}`} className="underline underline-offset-3">
                    {row.keyName ?? "Deleted key"}
                  </a>
                )}
              </TableCell>
              <TableCell label="Member" className="wrap-anywhere">
                {row.memberName || (row.memberId ? "A former member" : "A service key")}
              </TableCell>
              <TableCell label="Calls" align="end" isGlance className="figures">
                {formatNumber(row.calls)}
              </TableCell>
              <TableCell label="Last call" className="text-ink-soft">
                <LastUsed hour={row.lastAt} />
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}
