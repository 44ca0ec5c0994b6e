import { ownAvatarSrc } from "@/app/_shared/avatar-src";
import { Avatar } from "@/app/_ui/avatar";
import { Card } from "@/app/_ui/card";
import { PictureField } from "@/app/_ui/picture-field";
import { RemoveForm } from "@/app/_ui/remove-form";
import { SettingForm } from "@/app/_ui/setting-form";
import { removeAvatar, setAvatar } from "./actions";

/** Draws the person's picture. Only a small copy of it is stored. */
export function Picture({ person }: { person: { name: string; avatar: string | null } }) {
  const src = ownAvatarSrc(person);
  return (
    <Card
      id="picture"
      title="Picture"
      description="Other members of your workspaces see it beside your name. Without a picture they see your initials."
      action={src && <RemoveForm action={removeAvatar} label="Remove picture" />}
    >
      <SettingForm action={setAvatar} saves="picture" aria-label="Use a picture">
        <PictureField isRound {...(src ? { src } : {})}>
          <Avatar name={person.name} size="lg" />
        </PictureField>
      </SettingForm>
    </Card>
  );
}
