import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { unnamed } from "@/server/usage/end-users/input";
import { lookupOf } from "@/server/usage/end-users/named";
import * as endUsers from "@/server/usage/end-users/queries";
import { currency } from "@/server/usage/prices";
import * as billing from "../queries";
import { exportEndUsers, findEndUser, listEndUsers, oneEndUser, setEndUsers } from "./input";

const pageSize = 50;
const partSize = 5_000;
const mostLimits = 100;

/** Whom a workspace's programs act for: what each of them cost, and how they are told apart. */
export const endUsersRouter = t.router({
  /** Returns how end users are told apart, and what limits them: each, and single ones, at most 100 limits. */
  settings: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    return {
      ...(await endUsers.settings(ctx.db, workspaceId)),
      limits: await endUsers.limited(ctx.db, workspaceId, mostLimits),
      currency: currency(),
    };
  }),

  /** Returns a page of the end users of a month, the dearest first. */
  list: workspaceProcedure("usage:read", listEndUsers).query(async ({ ctx, input: { month: asked, ...place } }) => {
    const month = asked ?? (await billing.clock(ctx.db)).period.slice(0, 7);
    const page = await endUsers.list(ctx.db, ctx.workspace.workspaceId, month, place, pageSize);
    return { month, currency: currency(), ...page };
  }),

  /** Returns a part of a month's end users to save, the dearest first, and where the next part begins. */
  export: workspaceProcedure("usage:read", exportEndUsers).query(async ({ ctx, input: { month, after } }) => {
    const { rows, next } = await endUsers.list(ctx.db, ctx.workspace.workspaceId, month, { after }, partSize);
    return { currency: currency(), rows, next };
  }),

  /** Finds an end user by the name that programs send; null: none of that name is known. */
  find: workspaceProcedure("usage:read", findEndUser).query(async ({ ctx, input: { name } }) => {
    const { workspaceId } = ctx.workspace;
    return { id: (await endUsers.find(ctx.db, workspaceId, lookupOf(workspaceId, name))) ?? null };
  }),

  /** Returns what an end user used in the last 31 days with use and in the last 12 such months. Refuses `not_found`. */
  get: workspaceProcedure("usage:read", oneEndUser).query(async ({ ctx, input: { endUserId: id } }) => {
    const { workspaceId } = ctx.workspace;
    const known = await endUsers.get(ctx.db, workspaceId, id);
    const days = await endUsers.history(ctx.db, workspaceId, id, "day", 31);
    const months = await endUsers.history(ctx.db, workspaceId, id, "month", 12);
    if (!known && id !== unnamed && months.length === 0) throw refuse("not_found");
    const isUnnamed = id === unnamed;
    return {
      ...{ id, isUnnamed, isForgotten: !known && !isUnnamed, name: known?.name ?? null },
      ...{ since: known?.createdAt ?? null, days, months, currency: currency() },
    };
  }),

  /**
   * Sets how end users are identified: where requests name them, whether their names are stored, and what happens to
   * requests that name none while end users are limited. Names that are no longer to be stored are deleted.
   */
  set: workspaceProcedure("workspace:update", setEndUsers, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await endUsers.settings(ctx.db, workspaceId);
    const after = { fields: input.fields, names: input.names, missing: input.missing };
    if (isDeepStrictEqual(before, after)) return;
    await endUsers.setSettings(ctx.db, workspaceId, after);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "end_user.settings_changed",
      target: { type: "workspace", id: workspaceId },
      before: { ...before, fields: before.fields.join(", ") },
      after: { ...after, fields: after.fields.join(", ") },
    });
  }),

  /**
   * Forgets who an end user is, and ends its own limits. What it used stays, under a number that says nothing; a later request that names it
   * is another end user's. Refuses `not_found`.
   */
  forget: workspaceProcedure("workspace:update", oneEndUser, "any").mutation(async ({ ctx, input: { endUserId } }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    if (!(await endUsers.forget(ctx.db, workspaceId, endUserId))) throw refuse("not_found");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "end_user.forgotten",
      target: { type: "end_user", id: endUserId },
    });
  }),
});
