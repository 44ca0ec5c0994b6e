import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { currency } from "@/server/usage/prices";
import { resolveRange } from "@/server/usage/ranges";
import { groups, now } from "@/server/usage/reports/queries";
import { mostTags } from "@/server/usage/tags/carried";
import * as tags from "@/server/usage/tags/queries";
import { oneTag, setUndeclared } from "./input";

/** Procedures for the tags that requests of a workspace can carry. */
export const tagsRouter = t.router({
  /**
   * Returns the declared tags with the cost of their requests this month, and what happens to requests with an
   * undeclared tag.
   */
  list: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const { span } = resolveRange({ range: "month" }, await now(ctx.db));
    const [declared, undeclared, used] = await Promise.all([
      tags.list(ctx.db, workspaceId),
      tags.undeclared(ctx.db, workspaceId),
      groups(ctx.db, workspaceId, { span, filters: {} }, "tag", 2 * mostTags),
    ]);
    const usedBy = new Map(used.map(({ id, requests, cost }) => [id, { requests, cost }]));
    return {
      currency: currency(),
      undeclared,
      most: mostTags,
      rows: declared.map((tag) => ({ ...tag, ...(usedBy.get(tag.name) ?? { requests: 0, cost: 0 }) })),
    };
  }),

  /**
   * Declares a tag, which requests can carry from now on. Declaring it again changes nothing. Too many tags are refused
   * at the field.
   */
  declare: workspaceProcedure("workspace:update", oneTag, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    if ((await tags.total(ctx.db, workspaceId)) >= mostTags)
      throw refuse("invalid_input", { tag: `A workspace has at most ${mostTags} tags.` });
    if (!(await tags.declare(ctx.db, workspaceId, input.tag, ctx.person.id))) return;
    await audit.record(ctx.db, workspaceId, ctx, { action: "tag.declared", target: { type: "tag", id: input.tag } });
  }),

  /**
   * Removes a declaration and the limits of the tag. Later requests with this tag are treated like those with any
   * undeclared one; recorded usage stays. Removing it again changes nothing.
   */
  remove: workspaceProcedure("workspace:update", oneTag, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    if (!(await tags.remove(ctx.db, workspaceId, input.tag))) return;
    await audit.record(ctx.db, workspaceId, ctx, { action: "tag.removed", target: { type: "tag", id: input.tag } });
  }),

  /** Sets what happens to requests with an undeclared tag: they are refused, or counted as if they did not have it. */
  setUndeclared: workspaceProcedure("workspace:update", setUndeclared, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await tags.undeclared(ctx.db, workspaceId);
    const after = input.undeclared;
    if (before === after) return;
    await tags.setUndeclared(ctx.db, workspaceId, after);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "tag.undeclared_changed",
      target: { type: "workspace", id: workspaceId },
      before: { undeclared: before },
      after: { undeclared: after },
    });
  }),
});
