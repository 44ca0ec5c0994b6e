import { hasIcon, type Iconic, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { Card } from "@/app/_ui/card";
import { EmojiField } from "@/app/_ui/emoji-field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { PictureField } from "@/app/_ui/picture-field";
import { RemoveForm } from "@/app/_ui/remove-form";
import { SettingForm } from "@/app/_ui/setting-form";
import { removeIcon, setEmoji, setPicture } from "../actions";

/** Draws the workspace's icon: an emoji, or a picture. Only a small copy of the picture is stored. */
export function IconCard({ workspace }: { workspace: Iconic }) {
  const { slug } = workspace;
  const isPicture = workspace.iconEmoji === null && workspace.iconVersion !== null;
  return (
    <Card
      id="icon"
      title="Icon"
      description="An emoji or a picture by which its members recognise the workspace. Saving one replaces the other."
      action={
        <div className="flex items-center gap-3">
          {hasIcon(workspace) && (
            <RemoveForm action={removeIcon} label="Remove icon">
              <HiddenFields values={{ workspace: slug }} />
            </RemoveForm>
          )}
          <WorkspaceIcon workspace={workspace} size="lg" />
        </div>
      }
    >
      <div className="grid gap-6 *:min-w-0 xl:grid-cols-2">
        <SettingForm action={setEmoji} saves="emoji" aria-label="Use an emoji">
          <HiddenFields values={{ workspace: slug }} />
          <EmojiField key={workspace.iconEmoji} label="Emoji" name="emoji" defaultValue={workspace.iconEmoji ?? ""} />
        </SettingForm>
        <SettingForm action={setPicture} saves="picture" aria-label="Use a picture">
          <HiddenFields values={{ workspace: slug }} />
          <PictureField {...(isPicture ? { src: `/w/${slug}/icon?v=${workspace.iconVersion}` } : {})} />
        </SettingForm>
      </div>
    </Card>
  );
}
