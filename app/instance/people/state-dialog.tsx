"use client";

import { ChoiceField } from "@/app/_ui/choice-field";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { deactivatePerson, reactivatePerson } from "../actions";

type Plan = {
  person: { id: string; name: string; deactivatedAt: Date | null };
  sessions: number;
  keys: number;
  workspaces: number;
  onlyAdminOf: string[];
};

/** Deactivates a person, after what stops is shown, or reactivates them. */
export function StateDialog({ plan, here }: { plan: Plan; here: string }) {
  const { person, sessions, keys, workspaces, onlyAdminOf } = plan;
  if (person.deactivatedAt)
    return (
      <Dialog
        id={`state-${person.id}`}
        open
        title={`Reactivate ${person.name}`}
        description="They can sign in again, and are in their workspaces what they were. Keys that were revoked stay revoked."
        closeHref={here}
      >
        <Form action={reactivatePerson}>
          <input type="hidden" name="userId" value={person.id} />
          <DialogActions>
            <SubmitButton pendingLabel="Reactivating…">Reactivate</SubmitButton>
            <CloseDialogButton>Cancel</CloseDialogButton>
          </DialogActions>
        </Form>
      </Dialog>
    );
  return (
    <Dialog
      id={`state-${person.id}`}
      open
      title={`Deactivate ${person.name}`}
      description={`Signs them out of ${formatCount(sessions, "browser")} at once and keeps them out until they are reactivated. They stay a member of ${formatCount(workspaces, "workspace")}.`}
      closeHref={here}
    >
      <Form action={deactivatePerson}>
        <input type="hidden" name="userId" value={person.id} />
        {onlyAdminOf.length > 0 && (
          <Notice tone="warning" role="note" title="The only Admin">
            No other member manages {onlyAdminOf.join(", ")}. Ask them to make another member Admin first.
          </Notice>
        )}
        <ChoiceField
          label={`What becomes of the ${formatCount(keys, "key")} that they made?`}
          name="keys"
          defaultValue="revoke"
          choices={[
            { value: "revoke", label: "Revoke", description: "They open nothing from now on. Service keys go on." },
            { value: "keep", label: "Keep", description: "Programs that use them go on as before." },
          ]}
        />
        <DialogActions>
          <SubmitButton variant="danger" pendingLabel="Deactivating…">
            Deactivate
          </SubmitButton>
          <CloseDialogButton>Cancel</CloseDialogButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
