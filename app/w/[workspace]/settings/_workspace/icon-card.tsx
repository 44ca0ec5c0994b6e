import { hasIcon, type Iconic, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { PictureField } from "@/app/_ui/picture-field";
import { removeIcon, setEmoji, setPicture } from "../actions";

/** Draws the workspace's icon: an emoji, or a picture of which a small copy is kept. */
export function IconCard({ workspace }: { workspace: Iconic }) {
  const { slug } = workspace;
  return (
    <Card
      id="icon"
      title="Icon"
      description="An emoji or a picture by which its members recognise the workspace."
      action={<WorkspaceIcon workspace={workspace} size="lg" />}
    >
      <div className="grid gap-6 md:grid-cols-2">
        <Form action={setEmoji} aria-label="Use an emoji">
          <HiddenFields values={{ workspace: slug }} />
          <TextField
            key={workspace.iconEmoji}
            label="Emoji"
            name="emoji"
            defaultValue={workspace.iconEmoji ?? ""}
            autoComplete="off"
            required
          />
          <div>
            <SubmitButton variant="secondary" pendingLabel="Saving…">
              Use emoji
            </SubmitButton>
          </div>
        </Form>
        <Form action={setPicture} aria-label="Use a picture">
          <HiddenFields values={{ workspace: slug }} />
          <PictureField />
          <div>
            <SubmitButton variant="secondary" pendingLabel="Uploading…">
              Use picture
            </SubmitButton>
          </div>
        </Form>
      </div>
      {hasIcon(workspace) && (
        <Form action={removeIcon} className="mt-5">
          <HiddenFields values={{ workspace: slug }} />
          <div>
            <SubmitButton variant="ghost" pendingLabel="Removing…">
              Remove icon
            </SubmitButton>
          </div>
        </Form>
      )}
    </Card>
  );
}
