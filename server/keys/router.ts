import { keyScopes } from "@/server/access/key-scopes";
import { can } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import { limits } from "@/server/platform/throttling/limits";
import { checkCreator } from "./admin-bounds";
import { findKey, holdKey } from "./authority";
import { checkBounds, daysOf, lifetime } from "./bounds";
import { refuseBeyondCeiling } from "./ceiling/ceiling";
import { changeKeySettings } from "./change-settings";
import { changesOf } from "./changes";
import { wouldRefuse } from "./impact/impact";
import { createKey, oneKey, updateKey } from "./input";
import * as keys from "./queries";
import { lengthens, widens } from "./reach";
import { drawKey } from "./secret";

export const keysRouter = t.router({
  /** Reads a key's settings, for a member who may change it. */
  get: workspaceProcedure("key:manage-own", oneKey).query(async ({ ctx, input }) => {
    const { createdBy, revokedAt, revokedByAdmin, disabledByAdmin, adminBounds, ...key } = await findKey(
      ctx,
      input.keyId,
    );
    return { ...key, isRevoked: revokedAt !== null };
  }),

  /**
   * Creates a key. The answer is the only place where its secret ever is, and also says at which address programs
   * reach this server. A service key needs `key:manage-any`. Without a monthly limit it gets the workspace's limit
   * for new keys. Refuses `key_beyond_bounds`, `key_creators` where only Admins may create keys, and `keys_full`
   * where the operators' ceiling is reached.
   */
  create: refusing(
    ["key_beyond_bounds", "key_creators", "keys_full"],
    workspaceProcedure("key:create", createKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    checkCreator(ctx.workspace);
    if (input.isService && !can(role, "key:manage-any")) throw refuse("not_permitted");
    // Offboarding decides about a member's keys, so none may be created at the same time.
    await lockWorkspaceAndRecheckRole(ctx);
    const { expiration, scopes = [...keyScopes], ...settings } = input;
    const [bounds] = await Promise.all([
      keys.bounds(ctx.db, workspaceId),
      charge(ctx.db, limits.keysPerPerson, ctx.person.id),
    ]);
    const days = lifetime(expiration, bounds.maximumKeyDays);
    checkBounds(role, { ...settings, scopes }, bounds);
    await refuseBeyondCeiling(ctx.db, workspaceId);
    const { key, ...kept } = drawKey();
    const { name, isService, models, ipRanges, origins, requestsPerMinute, tokensPerMinute } = settings;
    // When neither the input nor the workspace sets a limit, the audit row does not mention one.
    const monthlyLimit = settings.monthlyLimit ?? bounds.newKeyLimit ?? settings.monthlyLimit;
    const made = {
      name,
      isService,
      scopes,
      models,
      ipRanges,
      origins,
      requestsPerMinute,
      tokensPerMinute,
      monthlyLimit,
    };
    const { expiresAt } = await keys.create(ctx.db, workspaceId, {
      ...kept,
      ...made,
      createdBy: ctx.person.id,
      days,
    });
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "key.created",
      target: { type: "key", id: kept.id },
      after: { ...made, lastFour: kept.lastFour, expiresAt },
    });
    return { id: kept.id, name, secret: key, expiresAt, baseUrl: link("/v1") };
  }),

  /**
   * Changes a key's settings; missing fields are not changed. Refuses `key_revoked`; `key_beyond_bounds`;
   * `key_replaced` for another end of a key that has a successor; and to all but Admins `key_held` for settings
   * beyond an Admin's bounds, and `key_creators` for more than the key has where only Admins may create keys. Refuses
   * `keys_full` when an expired key would live again beyond the ceiling, and `invalid_input` with `asksFirst` when
   * the change would have refused recent calls.
   */
  update: refusing(
    ["key_revoked", "key_beyond_bounds", "key_replaced", "key_held", "key_creators", "keys_full"],
    workspaceProcedure("key:manage-own", updateKey, { today: "the key may do more, or longer" }),
  ).mutation(async ({ ctx, input }) => {
    const { keyId, expiration, workspace, asksFirst, isSure, ...asked } = input;
    const days = expiration === "keep" ? undefined : daysOf(expiration);
    // An expired key may become live again, so no other key may be created at the same time.
    if (days !== undefined) await lockWorkspaceAndRecheckRole(ctx);
    const key = await holdKey(ctx, keyId);
    if (key.revokedAt) throw refuse("key_revoked");
    if (days !== undefined && key.isExpired) await refuseBeyondCeiling(ctx.db, ctx.workspace.workspaceId);
    const changes = changesOf(key, asked);
    ctx.signIn.todayIf(widens(key, changes) || (days !== undefined && lengthens(key, days)));
    const refused = asksFirst && !isSure ? await wouldRefuse(ctx.db, ctx.workspace.workspaceId, keyId, changes) : null;
    if (refused !== null) throw refuse("invalid_input", { isSure: refused });
    await changeKeySettings(ctx, key, changes, days);
  }),
});
