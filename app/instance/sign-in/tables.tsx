import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";

type Row = {
  id: string;
  name: string;
  protocol: "oidc" | "saml";
  issuer: string;
  isEnabled: boolean;
  setBy: string | null;
  people: number;
};

const columns = [{ label: "Provider" }, { label: "Issuer" }, { label: "People", align: "end" as const }];

/** Draws a row per sign-in provider, with how many people have linked it. */
export function ProvidersTable({ label, rows }: { label: string; rows: Row[] }) {
  return (
    <Table label={label} columns={columns}>
      {rows.map((row) => (
        <TableRow key={row.id}>
          <TableCell kind="primary">
            <Link
              href={`/instance/sign-in/${row.id}` as Route}
              className="font-medium underline-offset-3 hover:underline"
            >
              {row.name}
            </Link>{" "}
            <StateBadge isEnabled={row.isEnabled} /> {row.protocol === "saml" && <Badge tone="neutral">SAML</Badge>}
            {row.setBy && <span className="block text-[0.8125rem] text-ink-faint">set by {row.setBy}</span>}
          </TableCell>
          <TableCell label="Issuer" className="wrap-anywhere">
            {row.issuer}
          </TableCell>
          <TableCell label="People" align="end">
            {formatNumber(row.people)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

/** Draws whether a provider is enabled. */
export function StateBadge({ isEnabled }: { isEnabled: boolean }) {
  return isEnabled ? <Badge tone="success">Enabled</Badge> : <Badge tone="neutral">Disabled</Badge>;
}
