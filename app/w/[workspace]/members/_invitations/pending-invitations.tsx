import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { mostListed } from "@/server/joining/invitations/input";
import { UntilNote } from "../_fields/until-field";
import { makeInvitationLink, resendInvitation, revokeInvitation } from "../actions";
import { InvitationLink } from "./invitation-link";

type Row = RowOf<Outputs["invitations"]["list"]>;

const columns = [
  { label: "Address" },
  { label: "Role" },
  { label: "Expires" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [
  { dialog: "resend", label: "Resend" },
  { dialog: "revoke", label: "Revoke" },
];

/** Lists the pending invitations with the actions on each. */
export function PendingInvitations({ rows, slug, here }: { rows: Row[]; slug: string; here: string }) {
  return (
    <Card isFlush title="Pending invitations" description={rows.length > 0 ? counted(rows.length) : undefined}>
      {rows.length === 0 ? (
        <EmptyState title="No pending invitations">
          Invitations that have not been answered are listed here, for 7 days.
        </EmptyState>
      ) : (
        <Table label="Pending invitations" columns={columns} isList selection={selection}>
          {rows.map((row) => (
            <TableRow key={row.id} tick={{ ...selection, value: row.id, label: `Select ${row.email}` }}>
              <TableCell kind="primary">
                <p className="wrap-anywhere font-medium">{row.email}</p>
                <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">Invited by {row.invitedBy}</p>
                {row.isSuppressed && (
                  <p className="wrap-anywhere mt-1 text-[0.8125rem] text-ink-soft">
                    {row.isBounced ? `The mail to ${row.email} bounced.` : `Mail to ${row.email} is not delivered.`}{" "}
                    Check the address, or hand over a link. An operator of this instance can allow mail to it again.
                  </p>
                )}
              </TableCell>
              <TableCell label="Role">
                {roleText[row.role].name}
                <UntilNote endsAt={row.endsAt} />
              </TableCell>
              <TableCell label="Expires" isGlance>
                <span className="flex flex-wrap items-center gap-2 text-ink-soft">
                  {row.isExpired ? <Badge tone="warning">Expired</Badge> : <RelativeTime date={row.expiresAt} />}
                  {row.isBounced && <Badge tone="danger">Bounced</Badge>}
                  {(row.isUndelivered || row.isSuppressed) && !row.isBounced && (
                    <Badge tone="danger">Not delivered</Badge>
                  )}
                </span>
              </TableCell>
              <TableCell>
                <div className="flex flex-wrap gap-1 md:justify-end">
                  <Form action={resendInvitation}>
                    <HiddenFields values={{ workspace: slug, invitationId: row.id }} />
                    <SubmitButton size="sm" variant="ghost" aria-label={`Resend to ${row.email}`}>
                      Resend
                    </SubmitButton>
                  </Form>
                  <Form action={makeInvitationLink}>
                    <HiddenFields values={{ workspace: slug, invitationId: row.id }} />
                    <InvitationLink email={row.email} />
                  </Form>
                  <Form action={revokeInvitation}>
                    <HiddenFields values={{ workspace: slug, invitationId: row.id }} />
                    <SubmitButton size="sm" variant="ghost" aria-label={`Revoke invitation to ${row.email}`}>
                      Revoke
                    </SubmitButton>
                  </Form>
                </div>
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
      {rows.length > 0 && <SelectionBar {...selection} href={here} actions={actions} />}
    </Card>
  );
}

function counted(n: number): string {
  return n < mostListed ? formatCount(n, "invitation") : `The newest ${mostListed} are listed.`;
}
