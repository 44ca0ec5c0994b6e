import type { AdminBounds } from "@/db/schema/keys";
import { can } from "@/server/access/permissions";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { findKey, holdKey } from "../authority";
import { changeKeySettings } from "../change-settings";
import { oneKey } from "../input";
import * as keys from "../queries";
import { narrowedTo } from "./narrowing";
import * as footprints from "./queries";

/** What a key used in so many days is what it is narrowed to. */
const looksBackDays = 30;

export const keyFootprintRouter = t.router({
  /**
   * Reads what is known of one key, for a member who may change it: its settings, what it used in the last 90 days, since when that
   * is noted, what narrowing it would leave of its settings, and whether its last narrowing can be undone.
   */
  record: workspaceProcedure("key:manage-own", oneKey).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const {
      createdBy: _,
      adminBounds: __,
      revokedByAdmin: ___,
      disabledByAdmin: ____,
      ...key
    } = await findKey(ctx, input.keyId);
    const [record, used] = await Promise.all([
      footprints.record(ctx.db, workspaceId, key.id),
      footprints.list(ctx.db, workspaceId, key.id, 90),
    ]);
    const from = Date.now() - looksBackDays * 86_400_000;
    const lately = used.filter(({ lastAt }) => lastAt.getTime() > from);
    return {
      ...key,
      used,
      since: record?.since ?? key.createdAt,
      isUsedLately: lately.length > 0,
      narrowed: narrowedTo(lately, key),
      wasNarrowed: Boolean(record?.narrowedFrom),
    };
  }),

  /**
   * Narrows a key to the scopes, models and addresses that it used in the last 30 days. Its programs go on; whatever else it could do ends.
   * Refuses `key_unused` when nothing is noted, `key_unchanged` when it can do no more than that, and what `update` does.
   */
  narrow: refusing(
    ["key_revoked", "key_unused", "key_unchanged", "key_held", "key_creators"],
    workspaceProcedure("key:manage-own", oneKey, "any"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const key = await holdKey(ctx, input.keyId);
    const used = await footprints.list(ctx.db, workspaceId, key.id, looksBackDays);
    if (used.length === 0) throw refuse("key_unused");
    const { scopes, models, ipRanges } = key;
    const changes = narrowedTo(used, key);
    const fields = Object.keys(changes) as (keyof typeof changes)[];
    if (fields.length === 0) throw refuse("key_unchanged");
    await changeKeySettings(ctx, key, changes);
    const before = { scopes, models, ipRanges };
    await footprints.rememberNarrowing(ctx.db, workspaceId, key.id, {
      settings: Object.fromEntries(fields.map((field) => [field, before[field]])),
      adminBounds: key.adminBounds,
    });
  }),

  /**
   * Gives a key back what it was before it was narrowed, as long as nothing of that was changed since. Refuses `key_not_narrowed`, and what
   * `update` does.
   */
  undoNarrowing: refusing(
    ["key_revoked", "key_not_narrowed", "key_held", "key_creators"],
    workspaceProcedure("key:manage-own", oneKey, "today"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const key = await holdKey(ctx, input.keyId);
    const record = await footprints.record(ctx.db, workspaceId, key.id);
    if (!record?.narrowedFrom) throw refuse("key_not_narrowed");
    const { settings, adminBounds } = record.narrowedFrom;
    await changeKeySettings(ctx, key, settings);
    // What an Admin sets becomes a bound of another member's key: undone, the bounds are those of before, too.
    if (can(ctx.workspace.role, "key:manage-any"))
      await keys.update(ctx.db, workspaceId, key.id, { adminBounds: boundsAsBefore(key.adminBounds, adminBounds) });
  }),
});

/** Returns the bounds that a key has, with those on what a narrowing changes as they were before it. */
function boundsAsBefore(now: AdminBounds | null, before: AdminBounds | null): AdminBounds | null {
  const { scopes: _, models: __, ipRanges: ___, ...others } = now ?? {};
  const { scopes, models, ipRanges } = before ?? {};
  const bounds = {
    ...others,
    ...(scopes ? { scopes } : {}),
    ...(models ? { models } : {}),
    ...(ipRanges ? { ipRanges } : {}),
  };
  return Object.keys(bounds).length > 0 ? bounds : null;
}
