import { Dialog } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import type { Role } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";
import { roleOptions } from "../_fields/role-options";
import { UntilField } from "../_fields/until-field";
import type { Belongings } from "../_offboarding/belongings";
import { LeaveDialog, RemoveDialog } from "../_offboarding/leaving-dialogs";
import { changeRole, setEnd } from "../actions";
import { RoleImpact } from "./member-impact";

type Props = {
  slug: string;
  here: string;
  /** The dialog and the member that the address names. */
  dialog: string | undefined;
  about: string | undefined;
  mayManage: boolean;
  member: { userId: string; name: string; email: string; role: Role; endsAt: Date | null } | undefined;
  workspaceName: string;
  /** What the member, or the person themselves, would leave behind; read only when a dialog needs it. */
  theirs: Belongings | null;
  own: Belongings | null;
  /** The recent activity of the member whose role is to change. */
  impact: Outputs["members"]["impact"] | null;
};

/**
 * Draws the dialogs "Change role", "Set end date" and "Remove" for the member in the address, and "Leave" for the
 * person themselves.
 */
export function MemberDialogs({
  slug,
  here,
  dialog,
  about,
  mayManage,
  member,
  workspaceName,
  theirs,
  own,
  impact,
}: Props) {
  return (
    <>
      {member && dialog === "role" && (
        <Dialog
          id={`role-${member.userId}`}
          open
          title="Change role"
          description={`What ${member.name} may do in ${workspaceName}.`}
          closeHref={here}
        >
          <Form action={changeRole} closeOnDone>
            <HiddenFields values={{ workspace: slug, userId: member.userId }} />
            <SelectField label="Role" name="role" defaultValue={member.role} options={roleOptions} />
            <RoleImpact impact={impact} />
            <SubmitActions pendingLabel="Changing…">Change role</SubmitActions>
          </Form>
        </Dialog>
      )}
      {member && dialog === "end" && (
        <Dialog
          id={`end-${member.userId}`}
          open
          title="Set end date"
          description={`When ${member.name} stops being a member of ${workspaceName}. They and the Admins get an e-mail three days before.`}
          closeHref={here}
        >
          <Form action={setEnd} closeOnDone>
            <HiddenFields values={{ workspace: slug, userId: member.userId }} />
            <UntilField endsAt={member.endsAt} />
            <SubmitActions pendingLabel="Saving…">Save</SubmitActions>
          </Form>
        </Dialog>
      )}
      {dialog === "remove" && about && mayManage && (
        <RemoveDialog
          {...{ slug, here, workspaceName }}
          userId={about}
          leaver={member && theirs ? { ...member, left: theirs } : null}
        />
      )}
      {dialog === "leave" && own && <LeaveDialog {...{ slug, here, workspaceName }} left={own} />}
    </>
  );
}
