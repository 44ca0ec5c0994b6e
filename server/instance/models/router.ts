import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { listModels, mostAliases, mostBaseRetirements, oneModel, setBaseRetirement } from "./input";
import { matching, offeredModels } from "./offered";
import * as retirements from "./queries";

/** Procedures for the base models of the instance's servers and their retirements. */
export const instanceModelsRouter = t.router({
  /**
   * Returns the base models with their servers and announced retirements; `isKnown` is false while no server has listed
   * its models.
   */
  baseModels: instanceStepsProcedure(listModels).query(async ({ ctx, input: { search } }) => {
    const [ends, models] = [await ctx.step("read", retirements.list), await offeredModels()];
    const byId = new Map(ends.map((end) => [end.modelId, end]));
    const offered = (models ?? []).map((model) => ({ ...model, retirement: byId.get(model.id) ?? null }));
    const ids = new Set(offered.map(({ id }) => id));
    // The retirement of a model that no server lists any more can still be cancelled.
    const gone = ends
      .filter(({ modelId }) => !ids.has(modelId))
      .map((retirement) => ({
        id: retirement.modelId,
        aliases: retirement.aliases,
        servers: [] as string[],
        retirement,
      }));
    return { isKnown: models !== null, ...matching([...offered, ...gone], search ?? "") };
  }),

  /**
   * Returns the announced retirement of a base model, its callers of the last 30 days, and possible successors. Refuses
   * `not_found`.
   */
  baseRetirement: refusing(["not_found"], instanceStepsProcedure(oneModel)).query(
    async ({ ctx, input: { modelId } }) => {
      const { retirement, called } = await ctx.step("read", async (db) => ({
        retirement: (await retirements.find(db, modelId)) ?? null,
        called: await retirements.callers(db, modelId),
      }));
      const models = (await offeredModels()) ?? [];
      if (!retirement && !models.some(({ id }) => id === modelId)) throw refuse("not_found");
      return { retirement, called, successors: models.map(({ id }) => id).filter((id) => id !== modelId) };
    },
  ),

  /**
   * Announces the retirement of a base model, or changes its day: callers of the last 30 days are mailed, and responses
   * announce it in their headers. Ends a rehearsal. Refuses `not_found`, and `invalid_input` for a day that is not in
   * the future, a successor that no server has, or too many retirements; `sign_in_again`, `too_many`.
   */
  setBaseRetirement: refusing(
    ["not_found"],
    instanceStepsProcedure(setBaseRetirement, "today", limits.baseRetirementsPerPerson),
  ).mutation(async ({ ctx, input }) => {
    const { modelId, successor, afterwards } = input;
    const offered = new Map((await offeredModels())?.map(({ id, aliases }) => [id, aliases]));
    await ctx.step("write", async (db) => {
      const total = await retirements.lockAndCount(db);
      const before = await retirements.find(db, modelId);
      if (!before && !offered.has(modelId)) throw refuse("not_found");
      if (successor === modelId) throw refuse("invalid_input", { successor: "Choose another model than this one." });
      if (successor !== null && successor !== before?.successor && !offered.has(successor))
        throw refuse("invalid_input", { successor: "No model server has this model. Choose one from the list." });
      if (afterwards === "successor" && successor === null)
        throw refuse("invalid_input", { successor: "Choose the model that answers then." });
      if (!before && total >= mostBaseRetirements)
        throw refuse("invalid_input", { retiresOn: `At most ${mostBaseRetirements} models can be retired.` });
      const aliases = keptAliases(offered.get(modelId)) ?? before?.aliases ?? [];
      const set = await retirements.set(db, { ...input, aliases });
      if (!set) throw refuse("invalid_input", { retiresOn: "Choose a later day, at most ten years from now." });
      await record(ctx, db, "retirement_set", modelId, {
        ...(before && { before: detailsOf(before) }),
        after: detailsOf({ ...input, ...set }),
      });
    });
  }),

  /**
   * Cancels the retirement of a base model; a retired model answers again. Refuses `not_found` when there is none,
   * `sign_in_again`, `too_many`.
   */
  cancelBaseRetirement: refusing(
    ["not_found"],
    instanceProcedure(oneModel, "today", limits.baseCancellationsPerPerson),
  ).mutation(async ({ ctx, input }) => {
    await retirements.lockAndCount(ctx.db);
    const before = await retirements.find(ctx.db, input.modelId);
    if (!before || !(await retirements.remove(ctx.db, input.modelId))) throw refuse("not_found");
    await record(ctx, ctx.db, "retirement_cancelled", input.modelId, { before: detailsOf(before) });
  }),

  /**
   * Treats the requests of all workspaces for a base model as after its retirement, for five minutes. Refuses
   * `not_found` when no retirement is announced, `rehearsal_state` while a rehearsal is running or after the day has
   * come; `sign_in_again`, `too_many`.
   */
  rehearseBaseRetirement: refusing(
    ["not_found", "rehearsal_state"],
    instanceProcedure(oneModel, "recent", limits.baseRehearsalsPerPerson),
  ).mutation(async ({ ctx, input }) => {
    if (!(await retirements.find(ctx.db, input.modelId))) throw refuse("not_found");
    const begun = await retirements.rehearse(ctx.db, input.modelId);
    if (!begun?.until) throw refuse("rehearsal_state");
    await record(ctx, ctx.db, "rehearsal_started", input.modelId, { after: { until: begun.until } });
  }),

  /**
   * Ends a rehearsal at once; this needs no recent sign-in. Refuses `not_found`, and `rehearsal_state` when none is
   * running.
   */
  endBaseRehearsal: refusing(["not_found", "rehearsal_state"], instanceProcedure(oneModel, "any")).mutation(
    async ({ ctx, input }) => {
      if (!(await retirements.find(ctx.db, input.modelId))) throw refuse("not_found");
      if (!(await retirements.endRehearsal(ctx.db, input.modelId))) throw refuse("rehearsal_state");
      await record(ctx, ctx.db, "rehearsal_ended", input.modelId, {});
    },
  ),
});

/**
 * Returns the aliases to store with a retirement, so that a model that no server lists any more is found by them;
 * undefined: servers list none.
 */
function keptAliases(offered: string[] = []): string[] | undefined {
  const kept = offered.filter((alias) => alias.length <= 256 && !alias.includes("\0")).slice(0, mostAliases);
  return kept.length > 0 ? kept : undefined;
}

const detailsOf = ({
  retiresAt,
  successor,
  afterwards,
}: Pick<retirements.BaseRetirement, "retiresAt" | "successor" | "afterwards">) => ({
  retiresAt,
  successor,
  afterwards,
});

type What = "retirement_set" | "retirement_cancelled" | "rehearsal_started" | "rehearsal_ended";
type Details<W extends What> = AuditDetails<`base_model.${W}`>;

/** Records a change of a base model's retirement in the instance's log. */
function record<W extends What>(
  actor: audit.Actor,
  db: Db,
  what: W,
  id: string,
  details: { before?: Details<W>; after?: Details<W> },
): Promise<void> {
  // TypeScript cannot follow the action through the union; the parameters above check the details.
  return audit.record(db, instanceLog, actor, {
    action: `base_model.${what}`,
    target: { type: "base_model", id },
    ...details,
  } as audit.AuditEvent);
}
