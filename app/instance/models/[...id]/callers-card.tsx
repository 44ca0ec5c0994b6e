import type { Route } from "next";
import { Card } from "@/app/_ui/card";
import { formatCount, formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";

const columns = [
  { label: "Workspace" },
  { label: "Calls", align: "end" as const },
  { label: "Last call", align: "end" as const },
];

/** Shows which workspaces called a base model in the last 30 days. */
export function CallersCard({ called }: { called: Outputs["instance"]["baseRetirement"]["called"] }) {
  const { rows, total, calls, isAll } = called;
  const more = total - rows.length;
  const atLeast = isAll ? "" : "At least ";
  return (
    <Card
      isFlush={rows.length > 0}
      title="Who still calls it"
      description={
        rows.length === 0
          ? "No workspace called it in the last 30 days."
          : `${atLeast}${formatCount(calls, "call")} in the last 30 days, in ${formatCount(total, "workspace")}.`
      }
      footer={more > 0 ? `${formatCount(more, "workspace")} more, with fewer calls.` : undefined}
    >
      {rows.length > 0 && (
        <Table label="Who still calls it" columns={columns} isList isCompact>
          {rows.map(({ slug, name, calls, lastAt }) => (
            <TableRow key={slug}>
              <TableCell kind="primary" className="wrap-anywhere">
                <Link
                  href={`/instance/workspaces/${slug}` as Route}
                  className="font-medium underline-offset-3 hover:underline"
                >
                  {name}
                </Link>
              </TableCell>
              <TableCell label="Calls" align="end" isGlance className="figures">
                {formatNumber(calls)}
              </TableCell>
              <TableCell label="Last call" align="end" className="text-ink-soft">
                <RelativeTime date={lastAt} />
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}
