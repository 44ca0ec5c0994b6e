import { Card } from "@/app/_ui/card";
import { ConfirmationField } from "@/app/_ui/confirmation-field";
import { Dialog } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Form } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { restorableDays } from "@/server/workspaces/life/input";
import { deleteWorkspace } from "../actions";

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
        description={`Members lose access and API keys stop working at once. For ${restorableDays} days its Admins can restore it from their account settings; after that it is permanently deleted.`}
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
            <HiddenFields values={{ workspace: slug }} />
            <div className="text-ink-soft">
              <p>What stops at once:</p>
              <ul className="mt-1 list-disc pl-5">
                <li>{formatCount(plan.members, "member")} can no longer open it, you among them.</li>
                <li>
                  {plan.liveKeys === 0
                    ? "No API key is active now."
                    : `${formatCount(plan.liveKeys, "API key")} that ${plan.liveKeys === 1 ? "works" : "work"} now: requests are refused.`}
                </li>
                <li>
                  {plan.jobs === 0
                    ? "No fine-tuning job is in progress."
                    : `${formatCount(plan.jobs, "fine-tuning job")} in progress: cancelled, and not resumed when the workspace is restored.`}
                </li>
              </ul>
            </div>
            <ConfirmationField label={`Type “${name}” to delete it`} />
            <SubmitActions variant="danger" pendingLabel="Deleting…">
              Delete workspace
            </SubmitActions>
          </Form>
        </Dialog>
      )}
    </>
  );
}
