import { can, type Role } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import { checkCreator, checkHeld } from "../admin-bounds";
import { findKey, holdKey, holdToRevoke } from "../authority";
import { refuseBeyondCeiling } from "../ceiling/ceiling";
import { oneKey, rotateKey } from "../input";
import { disableKey } from "./disable";
import { enableKey } from "./enable";
import * as keyLife from "./queries";
import { revokeKey } from "./revoke";
import { rotate } from "./rotate";

/**
 * Procedures that change the state of a key. Each refuses `not_found`, and `not_permitted` to a member who may not
 * change the key.
 */
export const keyLifeRouter = t.router({
  /** Disables a key at once. Refuses `key_revoked`, `key_disabled`. */
  disable: refusing(["key_revoked", "key_disabled"], workspaceProcedure("key:manage-own", oneKey, "any")).mutation(
    async ({ ctx, input }) => {
      const key = await holdKey(ctx, input.keyId);
      if (key.revokedAt) throw refuse("key_revoked");
      if (!(await disableKey(ctx, ctx.workspace.workspaceId, key, isAdmin(ctx)))) throw refuse("key_disabled");
    },
  ),

  /**
   * Enables a key again. Refuses `key_revoked`, `key_not_disabled`, `key_leaked` when it was found in public, and
   * `key_held` to all but Admins when an Admin disabled it.
   */
  enable: refusing(
    ["key_revoked", "key_not_disabled", "key_leaked", "key_held"],
    workspaceProcedure("key:manage-own", oneKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    const key = await holdKey(ctx, input.keyId);
    if (key.revokedAt) throw refuse("key_revoked");
    if (key.disabledBecause === "leaked") throw refuse("key_leaked");
    checkHeld(ctx.workspace.role, key.disabledByAdmin);
    if (!(await enableKey(ctx, ctx.workspace.workspaceId, key))) throw refuse("key_not_disabled");
  }),

  /** Revokes a key at once. It can be restored for an hour. Refuses `key_revoked`. */
  revoke: refusing(["key_revoked"], workspaceProcedure("key:revoke-own", oneKey, "any")).mutation(
    async ({ ctx, input }) => {
      const key = await holdToRevoke(ctx, input.keyId);
      if (!(await revokeKey(ctx, ctx.workspace.workspaceId, key, isAdmin(ctx)))) throw refuse("key_revoked");
    },
  ),

  /**
   * Undoes a revocation of the last hour. Refuses `key_not_revoked`, `key_gone`, `key_held` to all but Admins when an
   * Admin revoked it, `key_creators` where only Admins may create keys, and `keys_full`.
   */
  restore: refusing(
    ["key_not_revoked", "key_gone", "key_held", "key_creators", "keys_full"],
    workspaceProcedure("key:manage-own", oneKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    // Offboarding decides about a member's keys, so none may be restored at the same time.
    await lockWorkspaceAndRecheckRole(ctx);
    const key = await holdKey(ctx, input.keyId);
    if (!key.revokedAt) throw refuse("key_not_revoked");
    checkHeld(ctx.workspace.role, key.revokedByAdmin);
    checkCreator(ctx.workspace);
    await refuseBeyondCeiling(ctx.db, ctx.workspace.workspaceId);
    if (!(await keyLife.restore(ctx.db, ctx.workspace.workspaceId, key.id))) throw refuse("key_gone");
    await audit.record(ctx.db, ctx.workspace.workspaceId, ctx, {
      action: "key.restored",
      target: { type: "key", id: key.id },
      before: { name: key.name },
    });
  }),

  /**
   * Makes a new key with the settings of an old one. It lives as many days as the old one was made for, within the
   * workspace's policy. The old key stays valid for the overlap; keys that it had taken over from end. The successor
   * of another member's key is a service key. The answer is the only place where the new secret ever is. Refuses
   * `key_revoked`, `key_replaced`, `key_held`, `key_creators`.
   */
  rotate: refusing(
    ["key_revoked", "key_replaced", "key_held", "key_creators"],
    workspaceProcedure("key:manage-own", rotateKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, slug, name, role } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const old = await holdKey(ctx, input.keyId);
    checkCreator(ctx.workspace);
    const made = await rotate(ctx, { workspaceId, slug, name, role }, old, Number(input.overlap));
    return { ...made, baseUrl: link("/v1") };
  }),

  /** Returns the first request with a key, or null. The page that shows a new key polls it. */
  firstRequest: workspaceProcedure("key:manage-own", oneKey).query(async ({ ctx, input }) => {
    const { createdAt } = await findKey(ctx, input.keyId);
    return (await keyLife.firstRequest(ctx.db, ctx.workspace.workspaceId, input.keyId, createdAt)) ?? null;
  }),

  /**
   * Returns whether a key is still in use, so that a member can tell when an old key may end. A request counts once
   * it has reached a model server.
   */
  meter: workspaceProcedure("key:manage-own", oneKey).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const [key, requestsLastHour] = await Promise.all([
      findKey(ctx, input.keyId),
      keyLife.requestsLastHour(ctx.db, workspaceId, input.keyId),
    ]);
    const { lastUsedAt, lastClient, lastAddress, expiresAt, isExpired, revokedAt } = key;
    return {
      ...{ requestsLastHour, lastUsedAt, lastClient, lastAddress, expiresAt },
      hasEnded: isExpired || revokedAt !== null,
    };
  }),
});

const isAdmin = ({ workspace }: { workspace: { role: Role } }) => can(workspace.role, "key:manage-any");
