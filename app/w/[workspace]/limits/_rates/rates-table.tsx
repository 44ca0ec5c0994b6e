"use client";

import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";
import { LiveMeter } from "./live-fill";
import { rateName } from "./rate-name";

export type RateRow = Outputs["limits"]["get"]["rates"][number];

const columns = [
  { label: "Model" },
  { label: "Requests / min" },
  { label: "Tokens / min" },
  { label: "Actions", isLabelHidden: true },
];

const menuLabel = (model: string) => `Actions for ${rateName(model)}`;

type Props = {
  rows: RateRow[];
  /** The maximum that operators allow the workspace; null: no ceiling. */
  ceiling: Outputs["limits"]["get"]["ceiling"];
  here: string;
  /** Why this person may not change the limits; undefined: they may. */
  reason: string | undefined;
};

/** Draws a row per limit of the workspace and one for its ceiling, with how much of each is used. */
export function RatesTable({ rows, ceiling, here, reason }: Props) {
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={({ model }) => ({
          row: model,
          label: menuLabel(model),
          items: [
            { label: "Change", dialog: "change", disabledReason: reason },
            { label: "Remove", dialog: "remove", tone: "danger", disabledReason: reason },
          ],
        })}
      />
      <Table label="Limits of the workspace" columns={columns}>
        {rows.map(({ model, ...row }) => (
          <TableRow key={model}>
            <TableCell kind="primary">
              <p className={`font-medium ${model ? "wrap-anywhere font-mono text-[0.8125rem]" : ""}`}>
                {rateName(model)}
              </p>
            </TableCell>
            <TableCell label="Requests / min" className="md:w-56">
              <Rate kind="requests" model={model} used={row.requestsUsed} max={row.requestsPerMinute} />
            </TableCell>
            <TableCell label="Tokens / min" className="md:w-56">
              <Rate kind="tokens" model={model} used={row.tokensUsed} max={row.tokensPerMinute} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={model} label={menuLabel(model)} />
            </TableCell>
          </TableRow>
        ))}
        {ceiling && (
          <TableRow>
            <TableCell kind="primary">
              <p className="font-medium">Ceiling</p>
              <p className="text-[0.8125rem] text-ink-soft">
                Set by the people who run this Atelier, for all models together.
              </p>
            </TableCell>
            <TableCell label="Requests / min" className="md:w-56">
              <Rate kind="requests" model="" of="ceiling" used={ceiling.requestsUsed} max={ceiling.requestsPerMinute} />
            </TableCell>
            <TableCell label="Tokens / min" className="md:w-56">
              <Rate kind="tokens" model="" of="ceiling" used={ceiling.tokensUsed} max={ceiling.tokensPerMinute} />
            </TableCell>
            <TableCell kind="actions">{null}</TableCell>
          </TableRow>
        )}
      </Table>
    </>
  );
}

type RateProps = {
  kind: "requests" | "tokens";
  model: string;
  /** The figure and the label of another limit than that of the model. */
  of?: "ceiling";
  used: number;
  max: number | null;
};

function Rate({ kind, model, of, used, max }: RateProps) {
  if (max === null) return <span className="text-ink-faint">No limit</span>;
  const what = kind === "requests" ? "Requests" : "Tokens";
  return (
    <LiveMeter
      name={of ? `${kind} of the ${of}` : `${kind} of ${model}`}
      label={`${what} per minute, ${of ?? rateName(model)}`}
      used={used}
      max={max}
    />
  );
}
