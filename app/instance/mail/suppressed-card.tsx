"use client";

import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { allowAddress } from "./actions";

type Row = RowOf<Outputs["instance"]["suppressedAddresses"]>;

const reasons = {
  bounced: "Bounced permanently",
  complained: "Reported as unwanted",
  refused: "Refused by the mail server",
} as const;

const columns = [
  { label: "Address" },
  { label: "Reason" },
  { label: "Since" },
  { label: "Actions", isLabelHidden: true },
];

/** Draws the suppressed addresses, with the control that allows mail to one again. */
export function SuppressedCard({ rows, pager }: { rows: Row[]; pager: ReactNode }) {
  return (
    <Card
      isFlush
      title="Suppressed addresses"
      description="No mail is sent to these addresses: mail providers would treat the sender as a spammer. Sign-in links of operators are still sent."
      footer={pager}
    >
      {rows.length === 0 ? (
        <EmptyState title="No suppressed addresses">
          An address is listed here when a mail to it bounces permanently or is reported as unwanted.
        </EmptyState>
      ) : (
        <Table label="Suppressed addresses" columns={columns}>
          {rows.map((row) => (
            <TableRow key={row.id}>
              <TableCell kind="primary" className="wrap-anywhere">
                <span className="font-medium">{row.email}</span>
              </TableCell>
              <TableCell label="Reason">
                {reasons[row.reason]}
                {row.detail && <span className="text-ink-soft"> ({row.detail})</span>}
              </TableCell>
              <TableCell label="Since">
                <RelativeTime date={row.createdAt} />
              </TableCell>
              <TableCell kind="actions">
                <Form action={allowAddress} aria-label={`Allow mail to ${row.email} again`}>
                  <HiddenFields values={{ addressId: row.id }} />
                  <SubmitButton variant="ghost" size="sm" pendingLabel="Allowing…">
                    Allow again
                  </SubmitButton>
                </Form>
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}
