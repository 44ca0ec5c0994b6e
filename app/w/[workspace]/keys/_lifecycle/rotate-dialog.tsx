"use client";

import { Dialog } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form, FormDone, FormUntilDone } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { rotateKey } from "../actions";
import { type Created, Secret } from "./secret";

const overlaps = [
  { value: "24", label: "For 24 hours" },
  { value: "1", label: "For 1 hour" },
  { value: "0", label: "No overlap: it ends now" },
];

/** Draws the dialog "Rotate": it creates a new key with the settings of an old one and shows its secret once. */
export function RotateDialog({
  slug,
  here,
  row,
}: {
  slug: string;
  here: string;
  row: { id: string; name: string; isMine: boolean; isService: boolean };
}) {
  return (
    <Dialog
      id={`rotate-${row.id}`}
      open
      title={`Rotate ${row.name}`}
      description="Creates a new key with the same name, settings and remaining limits. Your programs need its secret."
      closeHref={here}
      onClose={() => window.history.replaceState(null, "", here)}
    >
      <Form
        action={rotateKey}
        ifUnanswered="If it was rotated, the new key is in the list, but its secret was not shown: rotate the new key, or revoke it."
      >
        <HiddenFields values={{ workspace: slug, keyId: row.id }} />
        <FormUntilDone>
          <SelectField label="The old key keeps working" name="overlap" defaultValue="24" options={overlaps} />
          <Notice role="note">
            Update your programs to the new secret in the meantime. “Rotate” on the old key then shows whether anything
            still uses it. If the old key was itself created by a rotation, the key before it ends now.
          </Notice>
          {!row.isMine && !row.isService && (
            <Notice role="note">
              The new key is a service key of the workspace: it does not act for the maker of this key, who gets an
              e-mail.
            </Notice>
          )}
          <SubmitActions pendingLabel="Rotating…">Rotate key</SubmitActions>
        </FormUntilDone>
        <FormDone<Created>>{(created) => <Secret {...created} slug={slug} />}</FormDone>
      </Form>
    </Dialog>
  );
}
