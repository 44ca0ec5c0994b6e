import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { formatMoney } from "@/app/_ui/format";
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

/** Draws the dialogs "Start" and "Cancel job": they describe the effects and the cost, and ask for confirmation. */
export function JobDialogs({ slug, here, dialog, isWaiting, job }: Props) {
  const { id, startRequestedAt, estimatedCost, costSoFar, currency } = job;
  const money = (micro: number) => formatMoney(micro, currency);
  const fields = { workspace: slug, jobId: id };
  return (
    <>
      {isWaiting && (
        <ConfirmDialog
          id="start"
          open={dialog === "start"}
          title="Start this job?"
          description={
            estimatedCost
              ? `About ${money(estimatedCost)} is reserved from the spending limits. You are charged for what was trained.`
              : "Training this model has no price here."
          }
          closeHref={here}
          action={startJob}
          closeOnDone
          fields={fields}
          submitLabel="Start job"
          cancelLabel="Not yet"
          pendingLabel="Starting…"
          variant="primary"
        />
      )}
      <ConfirmDialog
        id="cancel"
        open={dialog === "cancel"}
        title="Cancel this job?"
        description={
          startRequestedAt === null
            ? "Nothing has been trained yet, and nothing is charged. A cancelled job cannot be started again."
            : `The training until the model server stops is charged: ${money(costSoFar ?? 0)} so far. No model is created, and a cancelled job cannot be started again.`
        }
        closeHref={here}
        action={cancelJob}
        closeOnDone
        fields={fields}
        submitLabel="Cancel job"
        cancelLabel="Keep it"
        pendingLabel="Cancelling…"
      />
    </>
  );
}
