import { TRPCError } from "@trpc/server";
import type { Db } from "@/db/client";
import { Refusal } from "./refusals";

/**
 * The results of a change to several things: `done` were changed, `skipped` were left as they were, each with the
 * reason.
 */
type OneByOne = { done: string[]; skipped: { id: string; message: string }[] };

/**
 * Changes several things in one transaction, in the order of their ids, so that two callers never deadlock. When the
 * change of one thing is refused, only that change is undone and the reason is reported. A sign-in that is too old
 * refuses all of them.
 *
 * @param change changes one thing, with its audit row; throws to refuse
 */
export async function oneByOne<Ctx extends { db: Db }>(
  ctx: Ctx,
  ids: readonly string[],
  change: (ctx: Ctx, id: string) => Promise<unknown>,
): Promise<OneByOne> {
  const outcome: OneByOne = { done: [], skipped: [] };
  for (const id of ids.toSorted()) {
    try {
      // A savepoint, so that writes made before the refusal are undone.
      await ctx.db.transaction((db) => change({ ...ctx, db }, id));
      outcome.done.push(id);
    } catch (error) {
      const cause = error instanceof TRPCError ? error.cause : undefined;
      if (!(cause instanceof Refusal) || cause.reason === "sign_in_again") throw error;
      outcome.skipped.push({ id, message: cause.message });
    }
  }
  return outcome;
}
