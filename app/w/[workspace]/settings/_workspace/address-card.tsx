import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { setSlug } from "../actions";

/** Shows where the workspace is, and the way to move it. */
export function AddressCard({ slug }: { slug: string }) {
  return (
    <Card
      id="address"
      title="Address"
      description={`The workspace is at /w/${slug}. When it moves, its old addresses keep leading its members here and are never given to another workspace.`}
    >
      <SettingForm action={setSlug} saves="address">
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
      </SettingForm>
    </Card>
  );
}
