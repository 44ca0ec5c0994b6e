import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { restorableDays } from "@/server/workspaces/life/input";
import { restoreWorkspace } from "./actions";

type Row = RowOf<Outputs["workspaces"]["restorable"]>;

/** Draws the deleted workspaces that the person may restore; nothing when there are none. */
export function DeletedWorkspaces({ rows }: { rows: Row[] }) {
  if (rows.length === 0) return null;
  return (
    <Card
      id="deleted-workspaces"
      isFlush
      title="Deleted workspaces"
      description={`You were an Admin of these workspaces. If you restore one within ${restorableDays} days, its members and API keys are as before.`}
    >
      <Table
        label="Deleted workspaces"
        columns={[
          { label: "Workspace" },
          { label: "Deleted" },
          { label: "Time left" },
          { label: "Actions", isLabelHidden: true },
        ]}
      >
        {rows.map(({ slug, name, deletedAt, daysLeft }) => (
          <TableRow key={slug}>
            <TableCell kind="primary">
              <span className="wrap-anywhere font-medium">{name}</span>
            </TableCell>
            <TableCell label="Deleted" className="text-ink-soft">
              <RelativeTime date={deletedAt} />
            </TableCell>
            <TableCell label="Time left">{formatCount(daysLeft, "day")}</TableCell>
            <TableCell kind="actions">
              <Form action={restoreWorkspace}>
                <HiddenFields values={{ slug }} />
                <SubmitButton size="sm" variant="secondary" pendingLabel="Restoring…" aria-label={`Restore ${name}`}>
                  Restore
                </SubmitButton>
              </Form>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
