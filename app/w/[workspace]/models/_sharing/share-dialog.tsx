import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { shareModel } from "../actions";

type Props = {
  slug: string;
  here: string;
  model: { id: string; name: string };
  targets: { slug: string; name: string }[];
};

/** Draws the dialog "Share": lets another workspace use a model, until a day or until it is ended. */
export function ShareDialog({ slug, here, model, targets }: Props) {
  return (
    <Dialog
      id={`share-${model.id}`}
      open
      title={`Share ${model.name}`}
      description="All members of the other workspace may use it, at that workspace's cost. This workspace still owns it."
      closeHref={here}
    >
      {targets.length === 0 ? (
        <NoTarget />
      ) : (
        <Form action={shareModel}>
          <HiddenFields values={{ workspace: slug, modelId: model.id }} />
          <SelectField
            label="Workspace"
            name="target"
            options={targets.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
          <TextField
            label="Last day"
            name="lastDay"
            type="date"
            hint="The share ends with this day (UTC). Empty: no end."
            optional
          />
          <SubmitActions pendingLabel="Sharing…">Share</SubmitActions>
        </Form>
      )}
    </Dialog>
  );
}

/** Explains that the person is not an Admin of any other workspace. */
export function NoTarget() {
  return (
    <>
      <p className="text-ink-soft">
        You are not an Admin of any other workspace. Ask an Admin of the other workspace to make you an Admin there.
      </p>
      <DialogActions>
        <CloseDialogButton>Close</CloseDialogButton>
      </DialogActions>
    </>
  );
}
