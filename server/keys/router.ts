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
   * Makes a key. The answer is the only place where its secret ever is, and says where programs find this server. A service key needs `key:manage-any`. Without a
   * limit a month it has the workspace's for new keys. Refuses `key_beyond_bounds`, `key_creators` where the workspace lets Admins only, and `keys_full` where operators let it have no more.
   */
  create: refusing(
    ["key_beyond_bounds", "key_creators", "keys_full"],
    workspaceProcedure("key:create", createKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    checkCreator(ctx.workspace);
    if (input.isService && !can(role, "key:manage-any")) throw refuse("not_permitted");
    // Offboarding decides about a member's keys: none may be created at the same time.
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
    // Where there is neither, what was not said stays unsaid in the audit row.
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
   * Changes a key's settings; what is left out stays. Refuses `key_revoked`, `key_beyond_bounds`, `key_replaced` for
   * another end of a key whose successor has taken over, and to all but Admins `key_held` beyond what an Admin has
   * limited it to, `key_creators` for letting it do more where only Admins make keys, and `keys_full` for one that has expired; where it is asked for, `invalid_input` for what would have refused calls of late.
   */
  update: refusing(
    ["key_revoked", "key_beyond_bounds", "key_replaced", "key_held", "key_creators", "keys_full"],
    workspaceProcedure("key:manage-own", updateKey, { today: "the key may do more, or longer" }),
  ).mutation(async ({ ctx, input }) => {
    const { keyId, expiration, workspace, asksFirst, isSure, ...asked } = input;
    const days = expiration === "keep" ? undefined : daysOf(expiration);
    // A key that has expired may live again: then no other may be made at the same time.
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
