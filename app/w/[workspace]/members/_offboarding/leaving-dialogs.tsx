import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { leaveWorkspace, removeMember } from "../actions";
import { type Belongings, BelongingsFields } from "./belongings";
import { RotatedSecrets } from "./lazy-sheet-parts";

type Where = { slug: string; here: string; workspaceName: string };

type Removal = Where & {
  /** The member that the address names. */
  userId: string;
  /** The member and what they leave behind; null when they have already left. */
  leaver: { name: string; email: string; left: Belongings } | null;
};

/**
 * Draws the dialog "Remove": the member, what they leave behind, and the choices for it. After the removal the same
 * form shows the new secrets of the rotated keys.
 */
export function RemoveDialog({ userId, leaver, slug, here, workspaceName }: Removal) {
  return (
    <Dialog
      id={`remove-${userId}`}
      open
      size="lg"
      title={leaver ? `Remove ${leaver.name}?` : "No longer a member"}
      description={
        leaver
          ? `${leaver.email} loses access to ${workspaceName} at once. You can invite them again at any time.`
          : `This person no longer has access to ${workspaceName}.`
      }
      closeHref={here}
    >
      <Form
        action={removeMember}
        ifUnanswered="If the member was removed, the rotated keys have new secrets that were not shown: rotate these keys again under API Keys."
      >
        {leaver ? (
          <>
            <HiddenFields values={{ workspace: slug, userId }} />
            <BelongingsFields left={leaver.left} slug={slug} whoLeaves={`${leaver.name} leaves`} mayRotate />
            <SubmitActions variant="danger" pendingLabel="Removing…">
              Remove
            </SubmitActions>
          </>
        ) : (
          <RotatedSecrets>
            <DialogActions>
              <CloseDialogButton>Back to members</CloseDialogButton>
            </DialogActions>
          </RotatedSecrets>
        )}
      </Form>
    </Dialog>
  );
}

/** Draws the dialog "Leave": the same for the person themselves. */
export function LeaveDialog({ slug, here, workspaceName, left }: Where & { left: Belongings }) {
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
        <SubmitActions variant="danger" pendingLabel="Leaving…">
          Leave workspace
        </SubmitActions>
      </Form>
    </Dialog>
  );
}
