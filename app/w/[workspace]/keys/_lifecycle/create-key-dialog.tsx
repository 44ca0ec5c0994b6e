"use client";

import { TickField } from "@/app/_ui/check-field";
import { Dialog } from "@/app/_ui/dialog";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, FormDone, FormUntilDone } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { Advanced } from "../_settings/advanced";
import { expirationOptions, usualExpiration } from "../_settings/expirations";
import { KeyFields, keyFieldNames } from "../_settings/key-fields";
import type { ModelChoice } from "../_settings/model-picker";
import { createKey } from "../actions";
import { type Created, Secret } from "./secret";

type Props = {
  slug: string;
  here: string;
  isOpen: boolean;
  currency: string;
  /** The workspace's policy; null: none. */
  maximumDays: number | null;
  /** The monthly spending limit of a key that is created without one; null: no limit. */
  newKeyLimit: number | null;
  mayMakeService: boolean;
  /** The models that a key can be restricted to. */
  modelChoices: ModelChoice[];
};

/**
 * Draws the dialog "Create new key" and then the new secret, which is shown only once and is gone when the dialog
 * closes.
 */
export function CreateKeyDialog({
  slug,
  here,
  isOpen,
  currency,
  maximumDays,
  newKeyLimit,
  mayMakeService,
  modelChoices,
}: Props) {
  return (
    <Dialog
      id="create"
      open={isOpen}
      title="Create new key"
      description="The key belongs to the workspace and stays when you leave it."
      closeHref={here}
      onClose={() => window.history.replaceState(null, "", here)}
    >
      <Form
        action={createKey}
        ifUnanswered="If the key was created, it is in the list, but its secret was not shown: rotate the key to get a new secret, or revoke it."
      >
        <HiddenFields values={{ workspace: slug }} />
        <FormUntilDone>
          <TextField
            label="Key name"
            name="name"
            placeholder="Production backend"
            hint="What will use it."
            maxLength={60}
            autoComplete="off"
            required
          />
          <SelectField
            label="Expiration"
            name="expiration"
            defaultValue={usualExpiration(maximumDays)}
            options={expirationOptions(maximumDays)}
            hint={
              maximumDays === null ? undefined : `In this workspace a key can be valid for at most ${maximumDays} days.`
            }
          />
          <Advanced fields={keyFieldNames}>
            <KeyFields currency={currency} newKeyLimit={newKeyLimit} modelChoices={modelChoices} />
            {mayMakeService && (
              <TickField
                label="Service key"
                name="isService"
                hint="It belongs to the workspace: only Admins can change it, and its usage does not count for any member."
              />
            )}
          </Advanced>
          <SubmitActions pendingLabel="Creating…">Create new key</SubmitActions>
        </FormUntilDone>
        <FormDone<Created>>{(created) => <Secret {...created} slug={slug} />}</FormDone>
      </Form>
    </Dialog>
  );
}
