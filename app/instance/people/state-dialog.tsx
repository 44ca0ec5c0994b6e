"use client";

import { ChoiceField } from "@/app/_ui/choice-field";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { Form } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SubmitActions } from "@/app/_ui/submit-actions";
import type { Outputs } from "@/server/composition/outputs";
import { deactivatePerson, reactivatePerson } from "../actions";

type Plan = Outputs["instance"]["deactivationPlan"];

/** Draws the dialog that deactivates a person and lists the effects, or the one that reactivates them. */
export function StateDialog({ plan, here }: { plan: Plan; here: string }) {
  const { person, sessions, keys, workspaces, onlyAdminOf } = plan;
  if (person.deactivatedAt)
    return (
      <ConfirmDialog
        id={`state-${person.id}`}
        open
        title={`Reactivate ${person.name}`}
        description="They can sign in again, with the memberships and roles they had. Revoked keys stay revoked."
        closeHref={here}
        action={reactivatePerson}
        fields={{ userId: person.id }}
        submitLabel="Reactivate"
        pendingLabel="Reactivating…"
        variant="primary"
      />
    );
  return (
    <Dialog
      id={`state-${person.id}`}
      open
      title={`Deactivate ${person.name}`}
      description={`Signs them out of ${formatCount(sessions, "browser")} at once, and they cannot sign in until they are reactivated. They stay a member of ${formatCount(workspaces, "workspace")}.`}
      closeHref={here}
    >
      <Form action={deactivatePerson}>
        <HiddenFields values={{ userId: person.id }} />
        {onlyAdminOf.length > 0 && (
          <Notice tone="warning" role="note" title="The only Admin">
            {person.name} is the only Admin of {onlyAdminOf.join(", ")}. Ask them to make another member Admin first.
          </Notice>
        )}
        <ChoiceField
          label={`What happens to the ${formatCount(keys, "key")} they made?`}
          name="keys"
          defaultValue="revoke"
          choices={[
            {
              value: "revoke",
              label: "Revoke",
              description: "Programs that use them are refused at once. Service keys keep working.",
            },
            { value: "keep", label: "Keep", description: "Programs that use them keep working." },
          ]}
        />
        <SubmitActions variant="danger" pendingLabel="Deactivating…">
          Deactivate
        </SubmitActions>
      </Form>
    </Dialog>
  );
}
