import { TRPCError } from "@trpc/server";
import type { Db } from "@/db/client";
import { Refusal } from "./refusals";

/** What became of several things that were to be changed together: each was changed, or left as it was for a reason. */
type OneByOne = { done: string[]; skipped: { id: string; message: string }[] };

/**
 * Changes several things in one transaction, in the order of their ids so that two callers never wait for each other in a
 * circle. What is refused for one of them undoes that one alone and is reported; a sign-in that is too old refuses all.
 *
 * @param change the single change, with its audit row; throws to refuse
 */
export async function oneByOne<Ctx extends { db: Db }>(
  ctx: Ctx,
  ids: readonly string[],
  change: (ctx: Ctx, id: string) => Promise<unknown>,
): Promise<OneByOne> {
  const outcome: OneByOne = { done: [], skipped: [] };
  for (const id of ids.toSorted()) {
    try {
      // A savepoint: what one change wrote before it was refused is taken back.
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
