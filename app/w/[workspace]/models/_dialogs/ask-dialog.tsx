import { Dialog } from "@/app/_ui/dialog";
import { SelectField, TextAreaField, TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { askForModel } from "../actions";

type Props = {
  slug: string;
  here: string;
  isOpen: boolean;
  /** The model that the address names. */
  model: string | undefined;
  /** The person's own keys that are restricted to some models. */
  keys: { id: string; name: string }[];
};

/** Draws the dialog "Ask for a model": for the member, or for one of their keys that is restricted to some models. */
export function AskDialog({ slug, here, isOpen, model, keys }: Props) {
  return (
    <Dialog
      id="ask"
      open={isOpen}
      title="Ask for a model"
      description="The Admins get an e-mail, and you get one with their answer."
      closeHref={here}
    >
      <Form action={askForModel}>
        <HiddenFields values={{ workspace: slug }} />
        <TextField
          label="Model ID"
          name="model"
          defaultValue={model ?? ""}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          required
        />
        {keys.length > 0 && (
          <SelectField
            label="For"
            name="keyId"
            defaultValue=""
            options={[
              { value: "", label: "All my keys and the playground" },
              ...keys.map(({ id, name }) => ({ value: id, label: `The key ${name}` })),
            ]}
          />
        )}
        <TextAreaField label="Why" name="reason" maxLength={500} rows={2} optional />
        <SubmitActions pendingLabel="Sending…">Send request</SubmitActions>
      </Form>
    </Dialog>
  );
}
