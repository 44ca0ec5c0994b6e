import { ChoiceField } from "@/app/_ui/choice-field";
import { Dialog } from "@/app/_ui/dialog";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { registerModel } from "../actions";

/** Draws the dialog "Register a model", which makes a tuned model of a model server belong to the workspace. */
export function RegisterDialog({ slug, here, isOpen }: { slug: string; here: string; isOpen: boolean }) {
  return (
    <Dialog
      id="register"
      open={isOpen}
      title="Register a model"
      description="Makes a tuned model that a model server already runs, such as a LoRA, belong to this workspace. The first workspace that registers it owns it."
      closeHref={here}
    >
      <Form action={registerModel}>
        <HiddenFields values={{ workspace: slug }} />
        <TextField
          label="Name at the model server"
          name="upstream"
          hint="As the server lists it. It gets an id here, by which programs call it."
          maxLength={256}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <TextField
          label="Model name"
          name="name"
          placeholder="Support bot"
          maxLength={60}
          autoComplete="off"
          required
        />
        <TextAreaField label="Description" name="description" rows={2} optional />
        <ChoiceField
          label="Who may use it"
          name="visibility"
          defaultValue="workspace"
          columns={2}
          choices={[
            { value: "workspace", label: "All members" },
            { value: "private", label: "Only me" },
          ]}
        />
        <SubmitActions pendingLabel="Registering…">Register</SubmitActions>
      </Form>
    </Dialog>
  );
}
