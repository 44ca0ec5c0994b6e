"use client";

import { formatNumber, moneyColumn } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { endUserName } from "@/app/w/[workspace]/_shared/end-user-name";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { Outputs, RowOf } from "@/server/composition/outputs";

const columns = [
  { label: "End user" },
  { label: "Requests", align: "end" },
  { label: "Errors", align: "end" },
  { label: "Tokens in", align: "end" },
  { label: "Tokens out", align: "end" },
  { label: "Cost", align: "end" },
  { label: "Limits" },
] as const;

type Props = { slug: string; rows: RowOf<Outputs["endUsers"]["list"]>[]; currency: string };

/** Draws a row per end user. */
export function EndUsersTable({ slug, rows, currency }: Props) {
  const money = moneyColumn(
    rows.map(({ cost }) => cost),
    currency,
  );
  return (
    <Table label="End users" columns={[...columns]} isList>
      {rows.map(({ id, name, requests, errors, promptTokens, completionTokens, cost }) => (
        <TableRow key={id}>
          <TableCell kind="primary">
            <RowLink
              href={`/w/${slug}/usage/end-users/${id}`}
              className="wrap-anywhere font-medium underline decoration-hairline underline-offset-3 hover:decoration-current"
            >
              {endUserName(id, name)}
            </RowLink>
          </TableCell>
          <TableCell label="Requests" align="end" className="figures">
            {formatNumber(requests)}
          </TableCell>
          <TableCell label="Errors" align="end" className="figures">
            {formatNumber(errors)}
          </TableCell>
          <TableCell label="Tokens in" align="end" className="figures">
            {formatNumber(promptTokens)}
          </TableCell>
          <TableCell label="Tokens out" align="end" className="figures">
            {formatNumber(completionTokens)}
          </TableCell>
          <TableCell label="Cost" align="end" isGlance className="figures whitespace-nowrap">
            {money(cost)}
          </TableCell>
          <TableCell label="Limits">
            <LimitsLink slug={slug} of={`end-user:${id}`} name={endUserName(id, name)} text="Limits" />
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
