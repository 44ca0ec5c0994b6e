import { Dialog } from "@/app/_ui/dialog";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { updateModel } from "../actions";

type Props = { slug: string; here: string; model: { id: string; name: string; description: string } };

/** Draws the dialog "Edit" for the name and description of a model. Its id cannot be changed. */
export function EditDialog({ slug, here, model }: Props) {
  const { id, name, description } = model;
  return (
    <Dialog
      id={`edit-${id}`}
      open
      title={`Edit ${name}`}
      description="How people see the model. Programs still call it by its id."
      closeHref={here}
    >
      <Form action={updateModel} closeOnDone>
        <HiddenFields values={{ workspace: slug, modelId: id }} />
        <TextField label="Model name" name="name" defaultValue={name} maxLength={60} autoComplete="off" required />
        <TextAreaField label="Description" name="description" defaultValue={description} rows={4} optional />
        <SubmitActions pendingLabel="Saving…">Save</SubmitActions>
      </Form>
    </Dialog>
  );
}
