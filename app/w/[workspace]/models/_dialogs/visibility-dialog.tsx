import { CheckField } from "@/app/_ui/check-field";
import { ChoiceField } from "@/app/_ui/choice-field";
import { Dialog } from "@/app/_ui/dialog";
import { TextAreaField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { setVisibility } from "../actions";

type Member = { userId: string; name: string; email?: string };

type Props = {
  slug: string;
  here: string;
  model: {
    id: string;
    name: string;
    visibility: "workspace" | "members" | "private";
    isMine: boolean;
    maker: string | null;
    members: { userId: string; name: string }[];
  };
  /** Some of the workspace's members; others are named by their address. */
  members: Member[];
};

/** Draws the choice "Who may use it": all members, some members, or its maker. */
export function VisibilityDialog({ slug, here, model, members }: Props) {
  const { id, name, visibility, isMine, maker } = model;
  const named = new Set(model.members.map(({ userId }) => userId));
  const shown: Member[] = [...model.members, ...members.filter(({ userId }) => !named.has(userId))];
  const emails = new Map(members.map(({ userId, email }) => [userId, email]));
  return (
    <Dialog
      id={`visibility-${id}`}
      open
      title={`Who may use ${name}`}
      description="It applies to people and to the keys they made, from the next request on."
      closeHref={here}
    >
      <Form action={setVisibility} closeOnDone className="group/audience">
        <HiddenFields values={{ workspace: slug, modelId: id }} />
        <ChoiceField
          label="Who may use it"
          name="visibility"
          defaultValue={visibility}
          choices={[
            { value: "workspace", label: "All members", description: "Every member, and service keys." },
            { value: "members", label: "Some members", description: "Those you choose, with the keys they made." },
            {
              value: "private",
              label: isMine ? "Only me" : "Only its maker",
              description: isMine ? "With the keys you made." : (maker ?? "No member: it was created by a program."),
            },
          ]}
        />
        <div className="hidden flex-col gap-5 group-has-[[value=members]:checked]/audience:flex">
          <CheckField
            label="Members"
            name="people"
            columns={2}
            hint={isMine ? "You are always one of them." : undefined}
            choices={shown.map(({ userId, name }) => ({ value: userId, label: name, hint: emails.get(userId) }))}
            defaultValues={[...named]}
          />
          <TextAreaField
            label="Others, by e-mail address"
            name="emails"
            hint="One per line. They must be members."
            rows={2}
            spellCheck={false}
            optional
          />
        </div>
        <SubmitActions pendingLabel="Saving…">Save</SubmitActions>
      </Form>
    </Dialog>
  );
}
