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

/** Procedures for end users: the costs of each, and how requests identify them. */
export const endUsersRouter = t.router({
  /**
   * Returns how end users are identified, and their limits: those of each end user, and at most 100 limits of single
   * ones.
   */
  settings: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    return {
      ...(await endUsers.settings(ctx.db, workspaceId)),
      limits: await endUsers.limited(ctx.db, workspaceId, mostLimits),
      currency: currency(),
    };
  }),

  /** Returns a page of a month's end users, highest cost first. */
  list: workspaceProcedure("usage:read", listEndUsers).query(async ({ ctx, input: { month: asked, ...place } }) => {
    const month = asked ?? (await billing.clock(ctx.db)).period.slice(0, 7);
    const page = await endUsers.list(ctx.db, ctx.workspace.workspaceId, month, place, pageSize);
    return { month, currency: currency(), ...page };
  }),

  /** Returns a part of the download of a month's end users, highest cost first, and the cursor of the next part. */
  export: workspaceProcedure("usage:read", exportEndUsers).query(async ({ ctx, input: { month, after } }) => {
    const { rows, next } = await endUsers.list(ctx.db, ctx.workspace.workspaceId, month, { after }, partSize);
    return { currency: currency(), rows, next };
  }),

  /** Returns the end user with the name that programs send; null: there is none with this name. */
  find: workspaceProcedure("usage:read", findEndUser).query(async ({ ctx, input: { name } }) => {
    const { workspaceId } = ctx.workspace;
    return { id: (await endUsers.find(ctx.db, workspaceId, lookupOf(workspaceId, name))) ?? null };
  }),

  /** Returns an end user's usage of the last 31 days with usage and of the last 12 such months. Refuses `not_found`. */
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
   * Sets how end users are identified: which fields of requests name them, whether their names are stored, and what
   * happens to requests without a name while each end user has a limit. If names are not stored any more, the stored
   * ones are deleted.
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
   * Deletes the name of an end user and their own limits. Their usage stays under an anonymous number; later requests
   * with the same name belong to a new end user. Refuses `not_found`.
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
