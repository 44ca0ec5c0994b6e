"use client";

import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import type { Outputs } from "@/server/composition/outputs";
import { endOperator, makeOperator } from "../actions";

type Person = Outputs["instance"]["deactivationPlan"]["person"];

/** Draws the dialog that makes a person an operator, or removes them from the operators. */
export function OperatorDialog({ person, isSelf, here }: { person: Person; isSelf: boolean; here: string }) {
  const { id, name, email, isOperator } = person;
  const common = { id: `operator-${id}`, open: true, closeHref: here };
  if (!isOperator)
    return (
      <ConfirmDialog
        {...common}
        title={`Make ${name} an operator`}
        description="They manage the settings of this instance and see all people and workspaces by name. It does not make them a member of any workspace."
        action={makeOperator}
        fields={{ email: email ?? "" }}
        submitLabel="Make operator"
        pendingLabel="Adding…"
        variant="primary"
      />
    );
  return (
    <ConfirmDialog
      {...common}
      title={isSelf ? "Stop being an operator" : `Remove ${name} from the operators`}
      description={
        isSelf
          ? "You lose access to these pages at once. Another operator can add you again."
          : "They lose access to these pages at once. Their account and their memberships do not change."
      }
      action={endOperator}
      fields={{ userId: id }}
      submitLabel="Remove operator"
      pendingLabel="Removing…"
    />
  );
}
