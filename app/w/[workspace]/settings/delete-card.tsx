import { Card } from "@/app/_ui/card";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { restorableDays } from "@/server/workspaces/life/input";
import { deleteWorkspace } from "./actions";

type Plan = { members: number; liveKeys: number; jobs: number };

type Props = { slug: string; name: string; plan: Plan | null; reason: string | undefined };

/** Draws "Delete workspace": what stops at once, and the name typed again as proof that it is meant. */
export function DeleteCard({ slug, name, plan, reason }: Props) {
  const here = `/w/${slug}/settings`;
  return (
    <>
      <Card
        id="delete"
        tone="danger"
        title="Delete workspace"
        description={`Members are out and API keys are refused at once. For ${restorableDays} days its Admins can restore it from their account settings; then it is gone for good.`}
        action={
          <DialogButton
            variant="danger"
            dialog="delete-workspace"
            href={`${here}?dialog=delete`}
            disabledReason={reason}
          >
            Delete workspace
          </DialogButton>
        }
      />
      {plan && (
        <Dialog
          id="delete-workspace"
          open
          title={`Delete ${name}?`}
          description={`It can be restored for ${restorableDays} days.`}
          closeHref={here}
        >
          <Form action={deleteWorkspace}>
            <input type="hidden" name="workspace" value={slug} />
            <div className="text-ink-soft">
              <p>What stops at once:</p>
              <ul className="mt-1 list-disc pl-5">
                <li>{formatCount(plan.members, "member")} can no longer open it, you among them.</li>
                <li>
                  {plan.liveKeys === 0
                    ? "No API key works just now."
                    : `${formatCount(plan.liveKeys, "API key")} that ${plan.liveKeys === 1 ? "works" : "work"} now: requests are refused.`}
                </li>
                <li>
                  {plan.jobs === 0
                    ? "No fine-tuning job is under way."
                    : `${formatCount(plan.jobs, "fine-tuning job")} under way: cancelled, and not taken up again when it is restored.`}
                </li>
              </ul>
            </div>
            <TextField
              label={`Type “${name}” to delete it`}
              name="confirmation"
              autoComplete="off"
              spellCheck={false}
              required
            />
            <DialogActions>
              <CloseDialogButton>Cancel</CloseDialogButton>
              <SubmitButton variant="danger" pendingLabel="Deleting…">
                Delete workspace
              </SubmitButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
    </>
  );
}
