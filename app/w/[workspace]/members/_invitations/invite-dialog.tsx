import { LinkButton } from "@/app/_ui/button";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { SelectField, TextAreaField } from "@/app/_ui/field";
import { Form, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { roleOptions } from "../_fields/role-options";
import { UntilField } from "../_fields/until-field";
import { inviteMembers } from "../actions";
import { InvitationResults } from "./lazy-results";

type Props = {
  slug: string;
  here: string;
  isOpen: boolean;
  defaultRole: string;
  /** The maximum of members; null: no limit. */
  seats: number | null;
  memberCount: number;
};

/** Draws the dialog "Invite a new member": several addresses, one role, and then the result for each. */
export function InviteDialog({ slug, here, isOpen, defaultRole, seats, memberCount }: Props) {
  return (
    <Dialog
      id="invite"
      open={isOpen}
      title="Invite a new member"
      description={`Each address gets an e-mail with a link that works once, for 7 days.${seats === null ? "" : ` ${memberCount} of ${formatCount(seats, "seat")} taken.`}`}
      closeHref={here}
    >
      <Form action={inviteMembers}>
        <HiddenFields values={{ workspace: slug }} />
        <FormUntilDone>
          <TextAreaField
            label="Email addresses"
            name="emails"
            rows={4}
            hint="One or several, separated by commas, spaces or new lines."
            placeholder="ada@company.com, grace@company.com"
            autoComplete="off"
            spellCheck={false}
            required
          />
          <SelectField label="Role" name="role" defaultValue={defaultRole} options={roleOptions} />
          <UntilField optional />
          <DialogActions>
            <LinkButton href={`/w/${slug}/members/invite`} variant="ghost" className="md:mr-auto">
              Invite many
            </LinkButton>
            <CloseDialogButton>Cancel</CloseDialogButton>
            <SubmitButton pendingLabel="Sending…">Send invitations</SubmitButton>
          </DialogActions>
        </FormUntilDone>
        <InvitationResults slug={slug} />
      </Form>
    </Dialog>
  );
}
