import type { z } from "zod";
import { changedLately, type Db, instanceLog, transaction } from "@/db/client";
import type { SharedReads } from "@/db/shared-reads";
import * as operators from "@/server/membership/operators/queries";
import type { Limit } from "@/server/platform/throttling/limits";
import { changeBy, declaring } from "./changes";
import type { Freshness } from "./freshness";
import { type Declared, signedIn } from "./procedures";
import { refuse } from "./refusals";
import { inOne, inSteps, type Step } from "./run";
import { preferStandby, readAtStandby } from "./standby";

/**
 * Returns a procedure of the instance: one transaction as the database role `atelier_operator`, for an operator. It
 * can read what the grants of that role name and the instance's own audit log, but nothing inside a workspace. For
 * all other people the procedure answers `not_found`. Without `freshness` it can only be a query.
 *
 * @param limit how often a person may call it; without it, all such changes of a person share one limit
 */
export function instanceProcedure<Input extends z.ZodType, How extends Freshness | undefined = undefined>(
  input: Input,
  freshness?: How,
  limit?: Limit,
): Declared<How, ReturnType<typeof atInstance<Input>>> {
  return atInstance(input, freshness, limit) as Declared<How, ReturnType<typeof atInstance<Input>>>;
}

function atInstance<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return forOperators(input, freshness, limit).use(({ ctx, type, meta, next }) => {
    const userId = ctx.person.id;
    const open = admitting(userId, ctx.reads);
    const atPrimary = () => inOne({ ctx, type, meta }, open, (more) => next({ ctx: more }));
    if (!meta?.isFromStandby) return atPrimary();
    const { signIn } = changeBy(ctx.person, type, meta);
    const admit = () => open("read", async ({ db }) => ((await changedLately(db, userId)) ? null : scopeOf(userId)));
    return preferStandby(
      admit,
      (scope) => readAtStandby(ctx.reads, scope, (db) => next({ ctx: { db, signIn } })),
      atPrimary,
    );
  });
}

const scopeOf = (userId: string) => ({ userId, workspaceId: instanceLog, asOperator: true });

/**
 * Returns a procedure like `instanceProcedure` that may wait for other services than the database: `ctx.step` runs
 * one transaction, and each transaction checks again that the caller is an operator.
 */
export function instanceStepsProcedure<Input extends z.ZodType, How extends Freshness | undefined = undefined>(
  input: Input,
  freshness?: How,
  limit?: Limit,
): Declared<How, ReturnType<typeof atInstanceBySteps<Input>>> {
  return atInstanceBySteps(input, freshness, limit) as Declared<How, ReturnType<typeof atInstanceBySteps<Input>>>;
}

function atInstanceBySteps<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return forOperators(input, freshness, limit).use(({ ctx, type, meta, next }) => {
    const open = admitting(ctx.person.id);
    const step = <T>(kind: "read" | "write", run: (db: Db) => Promise<T>) => open(kind, ({ db }) => run(db));
    return inSteps({ ctx, type, meta }, open, (more) => next({ ctx: { ...more, step } }));
  });
}

function forOperators<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return signedIn.meta({ ...declaring(freshness, limit), access: "operator" }).input(input);
}

/** Returns the function that begins each transaction of an operator's procedure. */
function admitting(userId: string, reads?: SharedReads): Step<{ db: Db }> {
  const scope = scopeOf(userId);
  return (kind, run) =>
    kind === "read" && reads
      ? reads.join(
          "instance",
          scope,
          (db) => admit(db, userId),
          (db) => run({ db }),
        )
      : transaction(kind, scope, async (db) => {
          await admit(db, userId);
          return run({ db });
        });
}

/** Refuses `not_found` to all but operators. The policies of the role `atelier_operator` check the same again. */
async function admit(db: Db, userId: string): Promise<void> {
  if (!(await operators.isOperator(db, userId))) throw refuse("not_found");
}
