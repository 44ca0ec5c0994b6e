import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { leaveWorkspace, removeMember } from "./actions";
import { type Belongings, BelongingsFields } from "./belongings";

type Where = { slug: string; here: string; workspaceName: string; left: Belongings };

/** "Remove": who goes, what they leave behind, and what is to become of it. */
export function RemoveDialog({
  member,
  slug,
  here,
  workspaceName,
  left,
}: Where & { member: { userId: string; name: string; email: string } }) {
  return (
    <Dialog
      id={`remove-${member.userId}`}
      open
      size="lg"
      title={`Remove ${member.name}?`}
      description={`${member.email} loses access to ${workspaceName} at once. You can invite them again at any time.`}
      closeHref={here}
    >
      <Form action={removeMember} closeOnDone>
        <HiddenFields values={{ workspace: slug, userId: member.userId }} />
        <BelongingsFields left={left} slug={slug} whoLeaves={`${member.name} leaves`} />
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          <SubmitButton variant="danger" pendingLabel="Removing…">
            Remove
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** "Leave": the same about oneself. */
export function LeaveDialog({ slug, here, workspaceName, left }: Where) {
  return (
    <Dialog
      id="leave"
      open
      size="lg"
      title={`Leave ${workspaceName}?`}
      description="You lose access at once, and need an invitation to come back."
      closeHref={here}
    >
      <Form action={leaveWorkspace}>
        <HiddenFields values={{ workspace: slug }} />
        <BelongingsFields left={left} slug={slug} whoLeaves="you leave" />
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          <SubmitButton variant="danger" pendingLabel="Leaving…">
            Leave workspace
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
