import { type Db, transaction } from "@/db/client";
import type { JobStatus } from "@/db/schema/fine-tuning";
import * as changes from "../changes/queries";
import type { UpstreamJob } from "../upstream";
import { agreeAgain, countedBy } from "./counted";
import { beyondReserved, end, type Held, isBeyondReserved } from "./end";
import { GivenUp, type Hold } from "./hold";
import * as advancing from "./queries";
import { isEnd, nextStatus, secondsUntilLook } from "./states";

/**
 * Stores what the model server reports of a job, changes the job's state, and releases it until its next turn: all or
 * nothing, and only while this instance has the claim.
 *
 * @param contextLength of the base model, for the model that the job may have created
 * @returns the job's state now
 * @throws GivenUp when the claim was lost
 */
export async function record(
  hold: Hold,
  job: advancing.ClaimedJob,
  told: UpstreamJob,
  contextLength: number | null,
): Promise<JobStatus> {
  return whileHeld(hold, async (db, held) => {
    const { workspaceId, id } = held;
    await advancing.keepCheckpoints(db, workspaceId, id, checkpointsOf(told));
    await advancing.keepEvents(db, workspaceId, id, eventsOf(told));
    const next = nextStatus(held.status, told.status);
    const steps = told.steps ?? told.hyperparameters?.training_steps ?? held.steps;
    const progress = {
      upstreamId: told.id,
      step: fits(Math.max(held.step, told.step ?? lastStep(told))),
      steps: steps === null ? null : fits(steps),
      trainedTokens: told.trained_tokens ?? held.trainedTokens,
      expectedSeconds:
        told.metadata?.expected_duration_seconds == null
          ? held.expectedSeconds
          : fits(Math.ceil(told.metadata.expected_duration_seconds)),
      ...countedBy(held, told),
    };
    if (isEnd(next)) {
      await end(db, { ...held, ...progress }, next, { told, contextLength, files: job.files });
      return next;
    }
    const hasStarted = next === "RUNNING" && held.startedAt === null;
    const set = {
      ...progress,
      ...(hasStarted && { startedAt: changes.now }),
      ...(await agreeAgain(db, held, progress)),
    };
    if (next === "RUNNING" && isBeyondReserved({ ...held, ...progress })) {
      await changes.update(db, workspaceId, id, set);
      await changes.requestCancellation(db, workspaceId, id, { because: beyondReserved });
      await advancing.release(db, workspaceId, hold.claim(), { seen: next, attempts: 0, seconds: 0 });
      return "CANCELLATION_REQUESTED";
    }
    if (next !== held.status) await changes.become(db, workspaceId, id, next, set);
    else await changes.update(db, workspaceId, id, set);
    await advancing.release(db, workspaceId, hold.claim(), {
      ...{ seen: next, attempts: 0 },
      // A job with automatic start is started next.
      seconds: next === "VALIDATED" && held.isAutoStart ? 0 : secondsUntilLook(next),
    });
    return next;
  });
}

/** Ends a job for a reason that the model server does not know. Throws `GivenUp` when the claim was lost. */
export async function endAs(hold: Hold, status: "FAILED" | "FAILED_VALIDATION", failure: string): Promise<JobStatus> {
  return whileHeld(hold, async (db, held) => {
    const as = held.status === "CANCELLATION_REQUESTED" ? "CANCELLED" : status;
    await end(db, held, as, { failure: as === "CANCELLED" ? null : failure });
    return as;
  });
}

/** Runs a transaction in which the job is locked. Throws `GivenUp` when the claim was lost. */
export function whileHeld<T>(hold: Hold, run: (db: Db, held: Held) => Promise<T>): Promise<T> {
  const { workspaceId } = hold.claim();
  return transaction("write", { workspaceId }, async (db) => {
    const held = await advancing.holdClaimed(db, workspaceId, hold.claim());
    if (!held) throw new GivenUp("lost");
    return run(db, held);
  });
}

function checkpointsOf({ checkpoints }: UpstreamJob): advancing.Checkpoint[] {
  return (checkpoints ?? []).map(({ step_number, created_at, metrics }) => ({
    ...{ step: step_number, at: created_at },
    trainLoss: metrics.train_loss ?? null,
    validLoss: metrics.valid_loss ?? null,
    validMeanTokenAccuracy: metrics.valid_mean_token_accuracy ?? null,
  }));
}

/** Returns the events at the model server except its state changes, which are recorded here when they are seen. */
function eventsOf({ events }: UpstreamJob): advancing.ForeignEvent[] {
  return (events ?? [])
    .filter(({ data }) => typeof data?.status !== "string")
    .slice(-200)
    .map(({ name, data, created_at }) => ({ name, data: data ?? {}, at: created_at }));
}

const lastStep = ({ checkpoints }: UpstreamJob) => checkpoints?.at(-1)?.step_number ?? 0;

/** Limits a number to the range of the database's integers. */
const fits = (value: number) => Math.min(2_000_000_000, value);
