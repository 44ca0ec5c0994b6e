"use client";

import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { Plus } from "@/app/_ui/icons";
import { Person } from "@/app/_ui/person";
import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { addOperator, removeOperator } from "./actions";

type Row = RowOf<Outputs["instance"]["operators"]>;

const here = "/instance";
const columns = [
  { label: "Operator" },
  { label: "Became operator" },
  { label: "Since" },
  { label: "Actions", isLabelHidden: true },
];
const sourceText = {
  first: "First to sign in",
  environment: "Named in OPERATORS",
  operator: "Added by an operator",
} as const;

/** Draws the operators of this instance, with the dialogs that add and remove one. */
export function OperatorsCard({
  rows,
  isAdding,
  removing,
}: {
  rows: Row[];
  isAdding: boolean;
  removing: Row | undefined;
}) {
  return (
    <>
      <Card
        isFlush
        title="Operators"
        description="Operators see the names and figures of all workspaces and people, but not what is inside a workspace."
        action={
          <DialogButton icon={<Plus />} dialog="add" href={`${here}?dialog=add`}>
            Add operator
          </DialogButton>
        }
      >
        <RowMenus
          href={here}
          rows={rows}
          menuOf={(row) => ({
            row: row.userId,
            label: menuLabel(row),
            items: [
              {
                label: "Remove operator",
                dialog: "remove",
                tone: "danger",
                disabledReason: removalReason(row, rows.length),
              },
            ],
          })}
        />
        <Table label="Operators" columns={columns}>
          {rows.map((row) => (
            <TableRow key={row.userId}>
              <TableCell kind="primary">
                <Person name={row.name} email={row.email}>
                  {row.isSelf && <Badge tone="accent">You</Badge>}
                  {row.isDeactivated && <Badge tone="warning">Deactivated</Badge>}
                </Person>
              </TableCell>
              <TableCell label="Became operator">
                {row.isNamed ? sourceText.environment : sourceText[row.source]}
              </TableCell>
              <TableCell label="Since">
                <RelativeTime date={row.createdAt} />
              </TableCell>
              <TableCell kind="actions">
                <RowMenu row={row.userId} label={menuLabel(row)} />
              </TableCell>
            </TableRow>
          ))}
        </Table>
      </Card>
      <Dialog
        id="add"
        title="Add operator"
        description="An operator manages the settings of this instance and sees all people and workspaces by name. It does not make them a member of any workspace."
        open={isAdding}
        closeHref={here}
      >
        <Form action={addOperator}>
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="off"
            required
            hint="The address they sign in with."
          />
          <SubmitActions pendingLabel="Adding…">Add operator</SubmitActions>
        </Form>
      </Dialog>
      {removing && (
        <ConfirmDialog
          id="remove"
          title={removing.isSelf ? "Stop being an operator" : `Remove ${removing.name} from the operators`}
          description={
            removing.isSelf
              ? "You lose access to these pages at once. Another operator can add you again."
              : "They lose access to these pages at once. Their account and their memberships do not change."
          }
          open
          closeHref={here}
          action={removeOperator}
          fields={{ userId: removing.userId }}
          submitLabel="Remove operator"
          pendingLabel="Removing…"
        />
      )}
    </>
  );
}

const menuLabel = ({ name }: Row) => `Actions for ${name}`;

function removalReason({ isNamed, isDeactivated }: Row, count: number): string | undefined {
  if (isNamed) return "The variable OPERATORS names this person.";
  if (count === 1 && !isDeactivated) return "An instance needs at least one operator. Add another first.";
  return undefined;
}
