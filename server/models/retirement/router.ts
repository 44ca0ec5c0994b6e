import type { Db } from "@/db/client";
import { isRouteId } from "@/server/access/route-ids";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import * as calls from "../calls/queries";
import { mostRetirements, oneRetirement, setRetirement } from "./input";
import * as retirements from "./queries";

/** The announced retirement of a workspace's own model or of a route. */
export const retirementRouter = t.router({
  /** Returns the retirement of a model or a route, and its callers in the last 30 days. Refuses `not_found`. */
  retirement: workspaceProcedure("model:manage", oneRetirement).query(async ({ ctx, input: { modelId } }) => {
    const { workspaceId } = ctx.workspace;
    if (!(await retirements.isOwn(ctx.db, workspaceId, modelId))) throw refuse("not_found");
    const [retirement, called] = await Promise.all([
      retirements.find(ctx.db, workspaceId, modelId),
      calls.callers(ctx.db, workspaceId, modelId),
    ]);
    const { msLeft, ...shown } = retirement ?? { msLeft: null };
    return { retirement: retirement ? (shown as Omit<retirements.Retirement, "msLeft">) : null, called };
  }),

  /**
   * Announces the retirement of a model or a route, or changes its day. Its users of the last 30 days are mailed, and
   * answers have headers about it. Ends a rehearsal. Refuses `not_found`, and `invalid_input` for a day that is not in
   * the future, for the model itself as its successor, and when there are too many retirements.
   */
  setRetirement: workspaceProcedure("model:manage", setRetirement, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { modelId, successor, afterwards } = input;
    await lockWorkspaceAndRecheckRole(ctx);
    if (!(await retirements.isOwn(ctx.db, workspaceId, modelId))) throw refuse("not_found");
    if (successor === modelId) throw refuse("invalid_input", { successor: "Choose another model than this one." });
    if (afterwards === "successor" && successor === null)
      throw refuse("invalid_input", { successor: "Choose the model or route that answers then." });
    const before = await retirements.find(ctx.db, workspaceId, modelId);
    if (!before && (await retirements.total(ctx.db, workspaceId)) >= mostRetirements)
      throw refuse("invalid_input", { retiresOn: `A workspace has at most ${mostRetirements} retirements.` });
    const set = await retirements.set(ctx.db, workspaceId, { ...input, createdBy: ctx.person.id });
    if (!set) throw refuse("invalid_input", { retiresOn: "Choose a later day, at most ten years from now." });
    await record(ctx, "retirement_set", modelId, {
      ...(before && { before: detailsOf(before) }),
      after: { ...detailsOf({ ...input, ...set }) },
    });
  }),

  /** Cancels a retirement; the model or route answers again. Refuses `not_found` when there is none. */
  cancelRetirement: workspaceProcedure("model:manage", oneRetirement, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await retirements.find(ctx.db, workspaceId, input.modelId);
    if (!before || !(await retirements.remove(ctx.db, workspaceId, input.modelId))) throw refuse("not_found");
    await record(ctx, "retirement_cancelled", input.modelId, { before: detailsOf(before) });
  }),

  /**
   * Starts a rehearsal: for five minutes, requests are treated as after the retirement. It ends by itself, on every
   * instance. Refuses `not_found` when no retirement is announced, `rehearsal_state` when there already is a rehearsal
   * or the day has come.
   */
  rehearseRetirement: refusing(["rehearsal_state"], workspaceProcedure("model:manage", oneRetirement, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      if (!(await retirements.find(ctx.db, workspaceId, input.modelId))) throw refuse("not_found");
      const begun = await retirements.rehearse(ctx.db, workspaceId, input.modelId);
      if (!begun?.until) throw refuse("rehearsal_state");
      await record(ctx, "rehearsal_started", input.modelId, { after: { until: begun.until } });
    },
  ),

  /** Ends a rehearsal at once. Refuses `not_found`, and `rehearsal_state` when there is none. */
  endRehearsal: refusing(["rehearsal_state"], workspaceProcedure("model:manage", oneRetirement, "any")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      if (!(await retirements.find(ctx.db, workspaceId, input.modelId))) throw refuse("not_found");
      if (!(await retirements.endRehearsal(ctx.db, workspaceId, input.modelId))) throw refuse("rehearsal_state");
      await record(ctx, "rehearsal_ended", input.modelId, {});
    },
  ),
});

const detailsOf = ({
  retiresAt,
  successor,
  afterwards,
}: Pick<retirements.Retirement, "retiresAt" | "successor" | "afterwards">) => ({
  retiresAt,
  successor,
  afterwards,
});

type What = "retirement_set" | "retirement_cancelled" | "rehearsal_started" | "rehearsal_ended";
type Details<W extends What> = AuditDetails<`model.${W}`>;

/** Writes the audit row of a change of a model's or a route's retirement. */
function record<W extends What>(
  ctx: audit.Actor & { db: Db; workspace: { workspaceId: string } },
  what: W,
  id: string,
  details: { before?: Details<W>; after?: Details<W> },
): Promise<void> {
  const type = isRouteId(id) ? ("route" as const) : ("model" as const);
  // TypeScript cannot follow the action through the union; the details were checked against it above.
  return audit.record(ctx.db, ctx.workspace.workspaceId, ctx, {
    action: `${type}.${what}`,
    target: { type, id },
    ...details,
  } as audit.AuditEvent);
}
