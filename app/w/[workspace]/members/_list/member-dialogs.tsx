import { Dialog } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import type { Role } from "@/server/access/permissions";
import { roleOptions } from "../_fields/role-options";
import { UntilField } from "../_fields/until-field";
import type { Belongings } from "../_offboarding/belongings";
import { LeaveDialog, RemoveDialog } from "../_offboarding/leaving-dialogs";
import { changeRole, setEnd } from "../actions";

type Props = {
  slug: string;
  here: string;
  /** Which dialog the address asks for, and about whom. */
  dialog: string | undefined;
  about: string | undefined;
  mayManage: boolean;
  member: { userId: string; name: string; email: string; role: Role; endsAt: Date | null } | undefined;
  workspaceName: string;
  /** What the member would leave behind, and what one would oneself: there when a dialog asks for it. */
  theirs: Belongings | null;
  own: Belongings | null;
  /** How many calls the member whose role is to change made in the browser in the last 30 days. */
  callsInBrowser: number;
};

/** Draws the dialog "Change role", "Set end date" and "Remove" about the member in the address, and "Leave" about oneself. */
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
  callsInBrowser,
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
            {callsInBrowser > 0 && (
              <p className="text-ink-soft">
                As Billing or Viewer, {formatCount(callsInBrowser, "call")} that they made in the browser in the last 30
                days would have been refused. Their keys go on.
              </p>
            )}
            <SubmitActions pendingLabel="Changing…">Change role</SubmitActions>
          </Form>
        </Dialog>
      )}
      {member && dialog === "end" && (
        <Dialog
          id={`end-${member.userId}`}
          open
          title="Set end date"
          description={`When ${member.name} stops being a member of ${workspaceName}. Both they and the Admins are mailed three days before.`}
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
