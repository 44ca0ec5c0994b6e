import type { z } from "zod";
import { type Db, instanceLog, transaction } from "@/db/client";
import * as operators from "@/server/membership/operators/queries";
import type { Limit } from "@/server/platform/throttling/limits";
import { changeBy, declaring } from "./changes";
import type { Freshness } from "./freshness";
import { mode, type ReadOnly, settled, signedIn } from "./procedures";
import { refuse } from "./refusals";

/**
 * A procedure of the instance: one transaction as the role `atelier_operator`, for a person who runs this instance. It sees
 * what that role's grants name and the instance's own audit log, and nothing that is in a workspace. To every other person
 * there is no such procedure. Without `freshness` it can only be a query.
 *
 * @param limit how often a person may do it; without it, all such changes of theirs share one limit
 */
export function instanceProcedure<Input extends z.ZodType>(
  input: Input,
): ReadOnly<ReturnType<typeof atInstance<Input>>>;
export function instanceProcedure<Input extends z.ZodType>(
  input: Input,
  freshness: Freshness,
  limit?: Limit,
): ReturnType<typeof atInstance<Input>>;
export function instanceProcedure<Input extends z.ZodType>(
  input: Input,
  freshness?: Freshness,
  limit?: Limit,
): unknown {
  return atInstance(input, freshness, limit);
}

function atInstance<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return forOperators(input, freshness, limit).use(({ ctx, type, meta, next }) => {
    const change = changeBy(ctx.person, type, meta);
    const scope = scopeOf(ctx.person.id);
    const run = (db: Db) => change.within(db, () => settled(next({ ctx: { db, signIn: change.signIn } })));
    return type === "query" && ctx.reads
      ? ctx.reads.join("instance", scope, (db) => admit(db, ctx.person.id), run)
      : transaction(mode(type), scope, async (db) => {
          await admit(db, ctx.person.id);
          return run(db);
        });
  });
}

/**
 * As `instanceProcedure`, for what must wait for something besides the database: `ctx.step` runs one transaction, and each
 * asks anew whether the caller may.
 */
export function instanceStepsProcedure<Input extends z.ZodType>(
  input: Input,
): ReadOnly<ReturnType<typeof atInstanceBySteps<Input>>>;
export function instanceStepsProcedure<Input extends z.ZodType>(
  input: Input,
  freshness: Freshness,
  limit?: Limit,
): ReturnType<typeof atInstanceBySteps<Input>>;
export function instanceStepsProcedure<Input extends z.ZodType>(
  input: Input,
  freshness?: Freshness,
  limit?: Limit,
): unknown {
  return atInstanceBySteps(input, freshness, limit);
}

function atInstanceBySteps<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return forOperators(input, freshness, limit).use(async ({ ctx, type, meta, next }) => {
    const step = <T>(kind: "read" | "write", run: (db: Db) => Promise<T>) =>
      transaction(kind, scopeOf(ctx.person.id), async (db) => {
        await admit(db, ctx.person.id);
        return run(db);
      });
    const change = changeBy(ctx.person, type, meta);
    if (change.limit) await step("write", change.before);
    return change.after(await next({ ctx: { step, signIn: change.signIn } }));
  });
}

function forOperators<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return signedIn.meta({ ...declaring(freshness, limit), access: "operator" }).input(input);
}

const scopeOf = (userId: string) => ({ userId, workspaceId: instanceLog, asOperator: true });

/** The first of the walls; the second are the policies of `atelier_operator`, which ask the same. */
async function admit(db: Db, userId: string): Promise<void> {
  if (!(await operators.isOperator(db, userId))) throw refuse("not_found");
}
