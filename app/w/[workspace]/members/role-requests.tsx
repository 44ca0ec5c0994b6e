import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { approveRoleRequest, declineRoleRequest } from "./actions";
import { roleOptions } from "./role-options";

type Row = RowOf<Outputs["roleRequests"]["list"]>;

const columns = [{ label: "Member" }, { label: "Asks for" }, { label: "Asked" }, { label: "Answer" }];

/** Draws the members who ask for another role. */
export function RoleRequests({ rows, total, slug }: { rows: Row[]; total: number; slug: string }) {
  return (
    <Card className="mb-8" isFlush title="Role requests" description={formatCount(total, "request")}>
      <Table label="Role requests" columns={columns}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium">{row.name}</p>
              <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{row.email}</p>
            </TableCell>
            <TableCell label="Asks for">
              <span>
                {roleText[row.role].name}
                <span className="block text-[0.8125rem] text-ink-soft">is {roleText[row.currentRole].name}</span>
              </span>
            </TableCell>
            <TableCell label="Asked" className="text-ink-soft">
              <RelativeTime date={row.createdAt} />
            </TableCell>
            <TableCell>
              <div className="flex w-full flex-wrap items-start gap-2">
                <Form action={approveRoleRequest} className="max-sm:w-full sm:flex-row! sm:items-start gap-2!">
                  <HiddenFields values={{ workspace: slug, roleRequestId: row.id }} />
                  <SelectField
                    label={`New role for ${row.name}`}
                    isLabelHidden
                    name="role"
                    defaultValue={row.role}
                    options={roleOptions}
                  />
                  <SubmitButton aria-label={`Approve the role of ${row.name}`}>Approve</SubmitButton>
                </Form>
                <Form action={declineRoleRequest}>
                  <HiddenFields values={{ workspace: slug, roleRequestId: row.id }} />
                  <SubmitButton variant="ghost" aria-label={`Decline the role of ${row.name}`}>
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
