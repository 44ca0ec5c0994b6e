import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatNumber, moneyColumn } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classLine } from "@/app/w/[workspace]/_shared/class-text";
import type { Report } from "@/server/usage/report";
import { type View, viewHref } from "../view";
import { atMost } from "./at-most";

type Figures = Report["totals"];

const heads = {
  none: "",
  model: "Model",
  operation: "Endpoint",
  route: "Route",
  tag: "Tag",
  key: "Key",
  member: "Member",
};
const markers = { removed: "Removed member", revoked: "Revoked" };

const columns = [
  { label: "Requests", align: "end" },
  { label: "Errors", align: "end" },
  { label: "Tokens in", align: "end" },
  { label: "Tokens out", align: "end" },
  { label: "p50 / p95 / p99", align: "end" },
  { label: "Cost", align: "end" },
] as const;

/** Draws the figures of each group, those with the highest cost first. */
export function GroupsTable({ report, here, view }: { report: Report; here: string; view: View }) {
  const { groups, others, groupBy, currency } = report;
  if (groupBy === "none" || groups.length === 0) return null;
  const head = heads[groupBy];
  const costs = [...groups, ...(others ? [others] : [])].map(({ cost }) => cost);
  const money = moneyColumn(costs, currency);
  return (
    <Card
      isFlush
      title={`By ${head.toLowerCase()}`}
      {...(groupBy === "tag" && { description: "A request with several tags is counted at each of them." })}
      className="mb-6"
    >
      <Table label={`Usage by ${head.toLowerCase()}`} columns={[{ label: head }, ...columns]} isList>
        {groups.map((group) => (
          <TableRow key={group.id}>
            <TableCell kind="primary">
              <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
                <GroupName {...{ group, groupBy, here, view }} />
                {group.ended && <Badge tone="warning">{markers[group.ended]}</Badge>}
              </span>
              {group.detail && <p className="font-mono text-[0.8125rem] text-ink-soft">{group.detail}</p>}
              {classLine(group.classes) && <p className="text-ink-soft text-xs">{classLine(group.classes)}</p>}
            </TableCell>
            <Cells figures={group} money={money} />
          </TableRow>
        ))}
        {others && (
          <TableRow>
            <TableCell kind="primary" className="text-ink-soft">
              All others
            </TableCell>
            <Cells figures={others} money={money} />
          </TableRow>
        )}
      </Table>
    </Card>
  );
}

/** Draws the name as a link that filters by the group. A group without an id has no link. */
function GroupName({
  group,
  groupBy,
  here,
  view,
}: {
  group: Report["groups"][number];
  groupBy: Report["groupBy"];
  here: string;
  view: View;
}) {
  const filter = groupBy === "member" && group.id === "" ? "service" : group.id;
  if (!filter || groupBy === "none") return <span className="wrap-anywhere font-medium">{group.name}</span>;
  return (
    <Link
      href={viewHref(here, view, { [groupBy]: filter }) as Route}
      scroll={false}
      className="wrap-anywhere font-medium underline decoration-hairline underline-offset-3 hover:decoration-current"
    >
      {group.name}
    </Link>
  );
}

function Cells({ figures, money }: { figures: Figures; money: (micro: number) => string }) {
  const { requests, errors, promptTokens, completionTokens, latency, cost } = figures;
  const values = [
    formatNumber(requests),
    formatNumber(errors),
    formatNumber(promptTokens),
    formatNumber(completionTokens),
    [latency.p50, latency.p95, latency.p99].map(atMost).join(" / "),
    money(cost),
  ];
  return columns.map(({ label }, i) => (
    <TableCell
      key={label}
      label={label}
      align="end"
      isGlance={label === "Cost"}
      className="figures whitespace-nowrap cards:whitespace-normal"
    >
      {values[i]}
    </TableCell>
  ));
}
