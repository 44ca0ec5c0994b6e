import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { SelectField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import type { Role } from "@/server/access/permissions";
import { changeRole, leaveWorkspace, removeMember } from "./actions";
import { roleOptions } from "./role-options";

type Props = {
  slug: string;
  here: string;
  /** Which dialog the address asks for, and about whom. */
  dialog: string | undefined;
  member: { userId: string; name: string; email: string; role: Role } | undefined;
  workspaceName: string;
};

/** "Change role" and "Remove" about the member in the address, and "Leave" about oneself. */
export function MemberDialogs({ slug, here, dialog, member, workspaceName }: Props) {
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
            <input type="hidden" name="workspace" value={slug} />
            <input type="hidden" name="userId" value={member.userId} />
            <SelectField label="Role" name="role" defaultValue={member.role} options={roleOptions} />
            <DialogActions>
              <CloseDialogButton>Cancel</CloseDialogButton>
              <SubmitButton pendingLabel="Changing…">Change role</SubmitButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
      {member && dialog === "remove" && (
        <Dialog
          id={`remove-${member.userId}`}
          open
          title={`Remove ${member.name}?`}
          description={`${member.email} loses access to ${workspaceName} at once.`}
          closeHref={here}
        >
          <Form action={removeMember} closeOnDone>
            <input type="hidden" name="workspace" value={slug} />
            <input type="hidden" name="userId" value={member.userId} />
            <p className="text-ink-soft">
              The API keys they made stay with the workspace and go on working until somebody revokes them. You can
              invite them again at any time.
            </p>
            <DialogActions>
              <CloseDialogButton>Cancel</CloseDialogButton>
              <SubmitButton variant="danger" pendingLabel="Removing…">
                Remove
              </SubmitButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
      <Dialog
        id="leave"
        open={dialog === "leave"}
        title={`Leave ${workspaceName}?`}
        description="You lose access at once, and need an invitation to come back."
        closeHref={here}
      >
        <Form action={leaveWorkspace}>
          <input type="hidden" name="workspace" value={slug} />
          <p className="text-ink-soft">
            The API keys you made stay with the workspace and go on working until somebody revokes them.
          </p>
          <DialogActions>
            <CloseDialogButton>Cancel</CloseDialogButton>
            <SubmitButton variant="danger" pendingLabel="Leaving…">
              Leave workspace
            </SubmitButton>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
