import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { setSlug } from "../actions";

/** Shows where the workspace is, and the way to move it. */
export function AddressCard({ slug }: { slug: string }) {
  return (
    <Card
      id="address"
      title="Address"
      description={`The workspace is at /w/${slug}. When it moves, its old addresses keep leading its members here and are never given to another workspace.`}
    >
      <Form action={setSlug}>
        <HiddenFields values={{ workspace: slug }} />
        <TextField
          key={slug}
          label="Address"
          name="slug"
          defaultValue={slug}
          hint="After /w/: the letters a to z, digits and hyphens. Five changes a day at most."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={48}
          required
        />
        <div>
          <SubmitButton pendingLabel="Moving…">Change address</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
