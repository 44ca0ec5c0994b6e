import { type Db, transaction } from "@/db/client";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { closeReview } from "./close";
import * as gathering from "./gathering/queries";
import { mostReviewed } from "./input";
import * as items from "./items/queries";
import { lapse } from "./lapse";
import { tellAdmins, warn } from "./notices";
import * as plans from "./plan/queries";
import * as reviews from "./queries";
import { startReview } from "./start";

const everyMs = 10_000;
const atOnce = 50;
const warnedAtOnce = 50;
const lapsedAtOnce = 100;
const actor = { person: null, origin: { requestId: "access-reviews", ip: null, userAgent: null } };

/**
 * Starts the job that starts quarterly reviews and advances each review: it gathers the members and keys, warns,
 * disables at the end, and closes. Any number of instances may run it. Each step is one transaction that locks the
 * review, so if a process dies, another does the next step.
 */
export function startAccessReviews(): Job {
  return repeat("access reviews", everyMs, reviewDue, (error) => log.error({ err: error }, "access reviews failed"));
}

/** Runs one round. Returns whether there may be more to do at once. */
export async function reviewDue(): Promise<boolean> {
  const planned = await transaction("read", {}, (db) => plans.listDue(db, atOnce));
  for (const workspaceId of planned)
    await transaction("write", { workspaceId }, async (db) => {
      const isLive = await liveWorkspace.lock(db, workspaceId);
      if ((await plans.claim(db, workspaceId)) && isLive) await startReview({ db, ...actor }, workspaceId);
    }).catch((error) => log.error({ err: error, workspaceId }, "an access review could not be started"));
  const due = await transaction("read", {}, (db) => reviews.listDue(db, atOnce));
  for (const { workspaceId, id } of due)
    await transaction("write", { workspaceId }, (db) => step(db, workspaceId, id)).catch(async (error) => {
      log.error({ err: error, workspaceId }, "an access review could not go on");
      // A failure does not stop the others.
      await transaction("write", { workspaceId }, (db) => reviews.postpone(db, workspaceId, id));
    });
  return planned.length + due.length > 0;
}

async function step(db: Db, workspaceId: string, id: string): Promise<void> {
  // Locks are always taken in this order: the workspace, the review, its items.
  await liveWorkspace.lock(db, workspaceId);
  const [review, workspace] = [await reviews.claim(db, workspaceId, id), await reviews.workspaceOf(db, workspaceId)];
  if (!review) return;
  if (!workspace || workspace.isSuspended) return reviews.putOff(db, workspaceId, id);
  const where = { workspaceId, ...workspace };
  switch (review.phase) {
    case "members":
    case "keys":
      return gather(db, where, review);
    case "open":
      await reviews.enter(db, workspaceId, id, "warning");
      return;
    case "warning":
      return warnSome(db, where, review);
    case "warned":
      return lapseSome(db, where, review);
  }
}

type Where = { workspaceId: string; slug: string; name: string };

/** Checks a batch of the members or keys, and enters the next phase after the last one. */
async function gather(db: Db, where: Where, review: reviews.Review): Promise<void> {
  const { workspaceId } = where;
  const kind = review.phase === "members" ? "member" : "key";
  const room = mostReviewed - (kind === "member" ? review.members : review.keys);
  const batch = { reviewId: review.id, after: review.gatheredTo, room };
  const { added, last, isAll } = await (kind === "member"
    ? gathering.gatherMembers(db, workspaceId, batch)
    : gathering.gatherKeys(db, workspaceId, batch));
  const isFull = added === room;
  const isCut = review.isCut || isFull;
  if (last) await reviews.noteGathered(db, workspaceId, review.id, { kind, added, to: last, isCut });
  if (!isAll && !isFull) return;
  if (kind === "member") {
    await reviews.enter(db, workspaceId, review.id, "keys");
    return;
  }
  await reviews.enter(db, workspaceId, review.id, "open");
  const open = await reviews.find(db, workspaceId, review.id);
  if (!open) return;
  if (open.undecided === 0) await closeReview({ db, ...actor }, where, review.id);
  else await tellAdmins(db, where, open, "started");
}

async function warnSome(db: Db, where: Where, review: reviews.Review): Promise<void> {
  const people = await items.claimWarnings(db, where.workspaceId, review.id, warnedAtOnce);
  for (const person of people) await warn(db, where, review.dueAt, person);
  if (people.length === warnedAtOnce) return;
  await reviews.enter(db, where.workspaceId, review.id, "warned");
  await tellAdmins(db, where, review, "ending");
}

async function lapseSome(db: Db, where: Where, review: reviews.Review): Promise<void> {
  const { workspaceId } = where;
  const left = await items.undecided(db, workspaceId, review.id, lapsedAtOnce);
  for (const item of left) await lapse({ db, ...actor }, workspaceId, review.id, item);
  if (left.length < lapsedAtOnce) await closeReview({ db, ...actor }, where, review.id);
}
