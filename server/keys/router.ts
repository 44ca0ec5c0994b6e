import { can } from "@/server/access/permissions";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { charge } from "@/server/limits/charge";
import { limits } from "@/server/limits/limits";
import { createKey, listKeys, oneKey } from "./input";
import * as keys from "./queries";
import { drawKey } from "./secret";

export const keysRouter = t.router({
  /** A page of the workspace's keys, masked, with what the person may do to each. */
  list: workspaceProcedure("workspace:read", listKeys).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const [page, total] = await Promise.all([keys.list(ctx.db, workspaceId, input), keys.total(ctx.db, workspaceId)]);
    const mayRevoke = (ownerId: string) =>
      can(role, "key:manage-any") || (can(role, "key:manage-own") && ownerId === ctx.person.id);
    return {
      ...page,
      rows: page.rows.map(({ ownerId, ...key }) => ({
        ...key,
        isMine: ownerId === ctx.person.id,
        mayRevoke: mayRevoke(ownerId),
      })),
      total,
    };
  }),

  /** Makes a key. The answer is the only place where its secret ever is. */
  create: workspaceProcedure("key:create", createKey).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { key, ...kept } = drawKey();
    const days = input.expiration === "never" ? null : Number(input.expiration);
    const [{ expiresAt }] = await Promise.all([
      keys.create(ctx.db, workspaceId, { ...kept, name: input.name, createdBy: ctx.person.id, days }),
      charge(ctx.db, limits.keysPerPerson, ctx.person.id),
    ]);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "key.created",
      target: { type: "key", id: kept.id },
      after: { name: input.name, lastFour: kept.lastFour, expiresAt },
    });
    return { id: kept.id, name: input.name, secret: key, expiresAt };
  }),

  /** Ends a key, for good and at once. One's own, or with `key:manage-any` anybody's. Refuses `key_revoked`. */
  revoke: workspaceProcedure("key:manage-own", oneKey).mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const key = await keys.find(ctx.db, workspaceId, input.keyId);
    if (!key) throw refuse("not_found");
    if (key.createdBy !== ctx.person.id && !can(role, "key:manage-any")) throw refuse("not_permitted");
    if (!(await keys.revoke(ctx.db, workspaceId, input.keyId))) throw refuse("key_revoked");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "key.revoked",
      target: { type: "key", id: input.keyId },
      before: { name: key.name },
    });
  }),
});
