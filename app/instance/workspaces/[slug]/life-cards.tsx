"use client";

import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { deleteWorkspace, restoreWorkspace } from "../../actions";

/** Draws the form that deletes a workspace. */
export function DeleteCard({ slug, name }: { slug: string; name: string }) {
  return (
    <Card
      id="delete"
      title="Delete"
      tone="danger"
      description="Its keys stop working and its members lose access at once. For 30 days its Admins and operators can restore it."
    >
      <Form action={deleteWorkspace}>
        <HiddenFields values={{ slug }} />
        <TextField
          label={`Type “${name}” to delete it`}
          name="confirmation"
          maxLength={120}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <div>
          <SubmitButton variant="danger" pendingLabel="Deleting…">
            Delete workspace
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Draws the form that restores a deleted workspace. */
export function RestoreCard({ slug, deletedAt }: { slug: string; deletedAt: Date | null }) {
  return (
    <Card
      title="Deleted"
      description={`${deletedAt ? `Since ${formatExact(deletedAt)}. ` : ""}When it is restored, its members and keys are as before.`}
    >
      <Form action={restoreWorkspace}>
        <HiddenFields values={{ slug }} />
        <div>
          <SubmitButton pendingLabel="Restoring…">Restore workspace</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
