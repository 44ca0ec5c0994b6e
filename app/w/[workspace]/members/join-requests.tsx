import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { approveRequest, declineRequest } from "./actions";
import { roleOptions } from "./role-options";

type Props = { rows: Row[]; total: number; slug: string; defaultRole: string };

type Row = RowOf<Outputs["joinRequests"]["list"]>;

const columns = [{ label: "Person" }, { label: "Asked" }, { label: "Answer" }];

/** Draws the people who ask to be let in. */
export function JoinRequests({ rows, total, slug, defaultRole }: Props) {
  return (
    <Card className="mb-8" isFlush title="Requests to join" description={formatCount(total, "request")}>
      <Table label="Requests to join" columns={columns}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium">{row.name}</p>
              <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{row.email}</p>
              {row.isFormerMember && <Badge tone="warning">Former member</Badge>}
            </TableCell>
            <TableCell label="Asked" className="text-ink-soft">
              <RelativeTime date={row.createdAt} />
            </TableCell>
            <TableCell>
              <div className="flex w-full flex-wrap items-start gap-2">
                <Form action={approveRequest} className="max-sm:w-full sm:flex-row! sm:items-start gap-2!">
                  <HiddenFields values={{ workspace: slug, requestId: row.id }} />
                  <SelectField
                    label={`Role for ${row.name}`}
                    isLabelHidden
                    name="role"
                    defaultValue={defaultRole}
                    options={roleOptions}
                  />
                  <SubmitButton aria-label={`Approve ${row.name}`}>Approve</SubmitButton>
                </Form>
                <Form action={declineRequest}>
                  <HiddenFields values={{ workspace: slug, requestId: row.id }} />
                  <SubmitButton variant="ghost" aria-label={`Decline ${row.name}`}>
                    Decline
                  </SubmitButton>
                </Form>
              </div>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
