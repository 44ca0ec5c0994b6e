import { Dialog } from "@/app/_ui/dialog";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { SureField } from "@/app/_ui/sure-field";
import { updateKey } from "../actions";
import { expirationOptions } from "./expirations";
import { KeyFields, type KeySettings } from "./key-fields";
import type { ModelChoice } from "./model-picker";

type Props = {
  slug: string;
  here: string;
  currency: string;
  maximumDays: number | null;
  /** The models that a key can be restricted to. */
  modelChoices: ModelChoice[];
  settings: KeySettings & { id: string; name: string; expiresAt: Date | null; replacedBy: string | null };
};

/** Draws the dialog "Edit" with all settings of a key that can be changed. */
export function EditDialog({ slug, here, currency, maximumDays, modelChoices, settings }: Props) {
  const { id, name, expiresAt, replacedBy } = settings;
  const now = expiresAt ? `Ends ${formatExact(expiresAt)}` : "No expiration";
  const ends = expirationOptions(maximumDays).filter(({ value }) => value !== "");
  return (
    <Dialog
      id={`edit-${id}`}
      open
      title={`Edit ${name}`}
      description="The change applies from the next request on."
      closeHref={here}
    >
      <Form action={updateKey} closeOnDone>
        <HiddenFields values={{ workspace: slug, keyId: id, asksFirst: "true" }} />
        <TextField label="Key name" name="name" defaultValue={name} maxLength={60} autoComplete="off" required />
        <SelectField
          label="Expiration"
          name="expiration"
          defaultValue="keep"
          options={[
            { value: "keep", label: now },
            ...(replacedBy
              ? []
              : ends.map(({ value, label }) => ({ value, label: value === "never" ? label : `${label} from now` }))),
          ]}
          hint={
            maximumDays === null ? undefined : `In this workspace a key can be valid for at most ${maximumDays} days.`
          }
        />
        <KeyFields settings={settings} currency={currency} modelChoices={modelChoices} />
        <SureField name="isSure" label="Save anyway" />
        <SubmitActions pendingLabel="Saving…">Save</SubmitActions>
      </Form>
    </Dialog>
  );
}
