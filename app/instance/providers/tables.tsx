import type { Route } from "next";
import { countOf, ProviderBadges } from "@/app/_shared/providers/badges";
import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";

type Found = Outputs["instance"]["providers"];

const columns = [
  { label: "Provider" },
  { label: "Address" },
  { label: "Models", align: "end" as const },
  { label: "Workspaces" },
  { label: "Calls in progress", align: "end" as const },
];

/** Draws a row per provider that operators added. */
export function ProvidersTable({ rows }: { rows: Found["providers"] }) {
  return (
    <Table label="Providers" columns={columns}>
      {rows.map((row) => (
        <TableRow key={row.id}>
          <TableCell kind="primary">
            <Link
              href={`/instance/providers/${row.id}` as Route}
              className="font-medium underline-offset-3 hover:underline"
            >
              {row.name}
            </Link>{" "}
            <ProviderBadges {...row} />
          </TableCell>
          <TableCell label="Address" className="wrap-anywhere">
            {row.url}
          </TableCell>
          <TableCell label="Models" align="end">
            {countOf(row.modelCount)}
          </TableCell>
          <TableCell label="Workspaces">
            {row.workspaces === null ? "All" : formatNumber(row.workspaces.length)}
          </TableCell>
          <TableCell label="Calls in progress" align="end">
            {formatNumber(row.underWay)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

/** Draws a row per server that the environment names. */
export function EnvironmentTable({ rows }: { rows: Found["environment"] }) {
  return (
    <Table label="Servers of the environment" columns={columns.filter(({ label }) => label !== "Workspaces")}>
      {rows.map((row) => (
        <TableRow key={row.name}>
          <TableCell kind="primary">
            <span className="font-medium">{row.name}</span>{" "}
            {row.isDown ? <Badge tone="danger">Not reachable</Badge> : <Badge tone="success">Active</Badge>}
          </TableCell>
          <TableCell label="Address" className="wrap-anywhere">
            {row.url}
          </TableCell>
          <TableCell label="Models" align="end">
            {countOf(row.modelCount)}
          </TableCell>
          <TableCell label="Calls in progress" align="end">
            {formatNumber(row.underWay)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
