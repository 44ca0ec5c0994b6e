import type { ReactNode } from "react";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCountUpTo } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { partsOf } from "@/app/_ui/page-query";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { mostCounted } from "@/server/joining/invitations/input";
import { UntilNote } from "../_fields/until-note";
import { makeInvitationLink, resendInvitation, revokeInvitation } from "../actions";
import { InvitationLink } from "./invitation-link";

type Row = RowOf<Outputs["invitations"]["list"]>;

const columns: SortColumn[] = [
  { label: "Address", sortBy: "address" },
  { label: "Role" },
  { label: "Expires", sortBy: "expiry" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [
  { dialog: "resend", label: "Resend" },
  { dialog: "revoke", label: "Revoke" },
];

type Props = {
  rows: Row[];
  total: number;
  slug: string;
  /** The list's address, to which a dialog is added. */
  here: string;
  search: string | undefined;
  sorting: Sorting;
  pager: ReactNode;
};

/** Lists the pending invitations with the actions on each. */
export function PendingInvitations({ rows, total, slug, here, search, sorting, pager }: Props) {
  const isEmpty = total === 0 && !search;
  return (
    <Card
      isFlush
      title="Pending invitations"
      description={isEmpty ? undefined : formatCountUpTo(total, mostCounted, "invitation")}
      footer={pager}
    >
      {!isEmpty && (
        <FilterBar
          action={sorting.path}
          label="Filter invitations"
          search={{ label: "Search invitations", placeholder: "A part of the address", value: search }}
          keep={partsOf(sorting.kept, ["sort", "order"])}
        />
      )}
      {isEmpty ? (
        <EmptyState title="No pending invitations">
          Invitations that have not been answered are listed here, for 7 days.
        </EmptyState>
      ) : rows.length === 0 ? (
        <EmptyState title="No invitations found">
          {search ? `No invited address contains “${search}”.` : "There are no invitations on this page."}
        </EmptyState>
      ) : (
        <Table label="Pending invitations" columns={sortable(columns, sorting)} isList selection={selection}>
          {rows.map((row) => (
            <TableRow key={row.id} tick={{ ...selection, value: row.id, label: `Select ${row.email}` }}>
              <TableCell kind="primary">
                <p className="wrap-anywhere font-medium">{row.email}</p>
                <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">Invited by {row.invitedBy}</p>
                {row.isSuppressed && (
                  <p className="wrap-anywhere mt-1 text-[0.8125rem] text-ink-soft">
                    {row.isBounced ? `The mail to ${row.email} bounced.` : `Mail to ${row.email} is not delivered.`}{" "}
                    Check the address, or send the person a link yourself. An operator of this instance can allow mail
                    to it again.
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
