"use client";

import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Plus } from "@/app/_ui/icons";
import { RowMenu, RowMenuItem, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { addOperator, removeOperator } from "./actions";

export type OperatorRow = {
  userId: string;
  name: string;
  email: string | null;
  source: "first" | "environment" | "operator";
  createdAt: Date;
  isDeactivated: boolean;
  isSelf: boolean;
  isNamed: boolean;
};

const here = "/instance";
const columns = [
  { label: "Operator" },
  { label: "Became operator" },
  { label: "Since" },
  { label: "Actions", isLabelHidden: true },
];
const sourceText = {
  first: "by signing in first",
  environment: "by OPERATORS",
  operator: "added by an operator",
} as const;

/** Shows who runs this instance, and the ways to add and remove them. */
export function OperatorsCard({
  rows,
  isAdding,
  removing,
}: {
  rows: OperatorRow[];
  isAdding: boolean;
  removing: OperatorRow | undefined;
}) {
  return (
    <>
      <Card
        isFlush
        title="Operators"
        description="They see every workspace and person by name, with figures, and never what is in a workspace."
        action={
          <DialogButton icon={<Plus />} dialog="add" href={`${here}?dialog=add`}>
            Add operator
          </DialogButton>
        }
      >
        <RowMenus href={here} />
        <Table label="Operators" columns={columns}>
          {rows.map((row) => (
            <TableRow key={row.userId}>
              <TableCell kind="primary">
                <div className="who">
                  <Avatar name={row.name} />
                  <span>
                    <strong>{row.name}</strong>
                    {row.isSelf && <Badge tone="accent">You</Badge>}
                    {row.isDeactivated && <Badge tone="warning">Deactivated</Badge>}
                  </span>
                  <small>{row.email}</small>
                </div>
              </TableCell>
              <TableCell label="Became operator">
                {row.isNamed ? sourceText.environment : sourceText[row.source]}
              </TableCell>
              <TableCell label="Since">
                <RelativeTime date={row.createdAt} />
              </TableCell>
              <TableCell kind="actions">
                <RowMenu row={row.userId} label={`Actions for ${row.name}`}>
                  <RowMenuItem
                    dialog="remove"
                    row={row.userId}
                    tone="danger"
                    disabledReason={removalReason(row, rows.length)}
                  >
                    Remove operator
                  </RowMenuItem>
                </RowMenu>
              </TableCell>
            </TableRow>
          ))}
        </Table>
      </Card>
      <Dialog
        id="add"
        title="Add operator"
        description="An operator sets what holds for all workspaces and sees people and workspaces by name. By that they are a member of none."
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
            hint="The address that they sign in with here."
          />
          <DialogActions>
            <SubmitButton pendingLabel="Adding…">Add operator</SubmitButton>
            <CloseDialogButton>Cancel</CloseDialogButton>
          </DialogActions>
        </Form>
      </Dialog>
      {removing && (
        <Dialog
          id="remove"
          title={removing.isSelf ? "Stop being an operator" : `Remove ${removing.name} from the operators`}
          description={
            removing.isSelf
              ? "You lose these pages at once. Another operator can add you again."
              : "They lose these pages at once. Their account and their memberships stay as they are."
          }
          open
          closeHref={here}
        >
          <Form action={removeOperator}>
            <input type="hidden" name="userId" value={removing.userId} />
            <DialogActions>
              <SubmitButton variant="danger" pendingLabel="Removing…">
                Remove operator
              </SubmitButton>
              <CloseDialogButton>Cancel</CloseDialogButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
    </>
  );
}

function removalReason({ isNamed, isDeactivated }: OperatorRow, count: number): string | undefined {
  if (isNamed) return "The variable OPERATORS names this person.";
  if (count === 1 && !isDeactivated) return "An instance needs at least one operator. Add another first.";
  return undefined;
}
