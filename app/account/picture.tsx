import { ownAvatarSrc } from "@/app/_shared/avatar-src";
import { Avatar } from "@/app/_ui/avatar";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { PictureField } from "@/app/_ui/picture-field";
import { removeAvatar, setAvatar } from "./actions";

/** Draws the person's picture, of which a small copy is kept. */
export function Picture({ person }: { person: { name: string; avatar: string | null } }) {
  return (
    <Card
      id="picture"
      title="Picture"
      description="Others see it beside your name in the workspaces you share. Without one they see your initials."
      action={<Avatar name={person.name} src={ownAvatarSrc(person)} size="lg" />}
    >
      <Form action={setAvatar} aria-label="Use a picture">
        <PictureField />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Uploading…">
            Use picture
          </SubmitButton>
        </div>
      </Form>
      {person.avatar !== null && (
        <Form action={removeAvatar} className="mt-5">
          <div>
            <SubmitButton variant="ghost" pendingLabel="Removing…">
              Remove picture
            </SubmitButton>
          </div>
        </Form>
      )}
    </Card>
  );
}
