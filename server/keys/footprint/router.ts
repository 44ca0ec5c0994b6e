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

/** Narrowing looks at what a key used in this many days. */
const looksBackDays = 30;

export const keyFootprintRouter = t.router({
  /**
   * Reads what is known about one key, for a member who may change it: its settings, what it used in the last 90
   * days, since when that has been noted, which settings narrowing would leave, and whether the last narrowing can be
   * undone.
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
   * Narrows a key to the scopes, models and addresses that it used in the last 30 days. Programs that keep to these
   * are not affected. Refuses `key_unused` when nothing was noted, `key_unchanged` when the key is that narrow
   * already, and what `update` refuses.
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
   * Restores the settings that a key had before it was narrowed, as long as none of them was changed since. Refuses
   * `key_not_narrowed`, and what `update` refuses.
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
    // What an Admin sets on another member's key becomes its bound. Undoing the narrowing also restores the former
    // bounds.
    if (can(ctx.workspace.role, "key:manage-any"))
      await keys.update(ctx.db, workspaceId, key.id, { adminBounds: boundsAsBefore(key.adminBounds, adminBounds) });
  }),
});

/** Returns the key's bounds, with those of the narrowed settings as they were before. */
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
