import { Dialog } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { reassignModel } from "../actions";

type Props = {
  slug: string;
  here: string;
  model: { id: string; name: string; maker: string | null };
  members: { userId: string; name: string; email: string }[];
};

/** Draws the dialog "Share with a member", who may then change the model and use it while it is private. */
export function ReassignDialog({ slug, here, model, members }: Props) {
  const { id, name, maker } = model;
  return (
    <Dialog
      id={`reassign-${id}`}
      open
      title={`Share ${name} with a member`}
      description={`They get the same rights as ${maker ?? "its maker"}: to change it, and to use it while it is private.`}
      closeHref={here}
    >
      <Form action={reassignModel}>
        <HiddenFields values={{ workspace: slug, modelId: id }} />
        <SelectField
          label="Member"
          name="userId"
          options={members.map(({ userId, name, email }) => ({ value: userId, label: `${name} (${email})` }))}
        />
        <SubmitActions pendingLabel="Giving…">Give</SubmitActions>
      </Form>
    </Dialog>
  );
}
