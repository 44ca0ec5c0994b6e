import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { cancelJob, startJob } from "../actions";

type Props = {
  slug: string;
  here: string;
  dialog: string | undefined;
  isWaiting: boolean;
  job: {
    id: string;
    startRequestedAt: Date | null;
    estimatedCost: number | null;
    costSoFar: number | null;
    currency: string;
  };
};

/** Draws the dialog "Start" and "Cancel job": each says what follows and what it costs, and asks. */
export function JobDialogs({ slug, here, dialog, isWaiting, job }: Props) {
  const { id, startRequestedAt, estimatedCost, costSoFar, currency } = job;
  const money = (micro: number) => formatMoney(micro, currency);
  const fields = { workspace: slug, jobId: id };
  return (
    <>
      {isWaiting && (
        <Dialog
          id="start"
          open={dialog === "start"}
          title="Start this job?"
          description={
            estimatedCost
              ? `About ${money(estimatedCost)} is held back from the limits on spend. Charged is what was trained.`
              : "Training this model has no price here."
          }
          closeHref={here}
        >
          <Form action={startJob} closeOnDone>
            <HiddenFields values={fields} />
            <DialogActions>
              <CloseDialogButton>Not yet</CloseDialogButton>
              <SubmitButton pendingLabel="Starting…">Start job</SubmitButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
      <Dialog
        id="cancel"
        open={dialog === "cancel"}
        title="Cancel this job?"
        description={
          startRequestedAt === null
            ? "Nothing was trained yet, and nothing is charged. A cancelled job cannot be started again."
            : `What was trained until the model server stops is charged: ${money(costSoFar ?? 0)} so far. No model comes of it, and a cancelled job cannot be started again.`
        }
        closeHref={here}
      >
        <Form action={cancelJob} closeOnDone>
          <HiddenFields values={fields} />
          <DialogActions>
            <CloseDialogButton>Keep it</CloseDialogButton>
            <SubmitButton variant="danger" pendingLabel="Cancelling…">
              Cancel job
            </SubmitButton>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
