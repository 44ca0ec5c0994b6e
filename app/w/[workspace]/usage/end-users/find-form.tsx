import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { findEndUser } from "./actions";

/** Finds an end user by the id that programs send, whether it is kept or not. */
export function FindForm({ slug }: { slug: string }) {
  return (
    <Card
      title="Find an end user"
      description="The full id that programs send. It does not appear in the page's address."
    >
      <Form action={findEndUser} aria-label="Find an end user" className="flex flex-col items-start gap-3">
        <HiddenFields values={{ workspace: slug }} />
        <TextField
          label="Id"
          name="name"
          maxLength={256}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <SubmitButton pendingLabel="Looking…">Find</SubmitButton>
      </Form>
    </Card>
  );
}
