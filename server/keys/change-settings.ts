import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import { boundsAfter } from "./admin-bounds";
import { beyondPolicy, checkBounds, endIn } from "./bounds";
import * as keys from "./queries";

type Ctx = audit.Actor & {
  db: Db;
  person: { id: string };
  workspace: { workspaceId: string; role: Role; keyCreators: "developers" | "admins" };
};

type Held = NonNullable<Awaited<ReturnType<typeof keys.hold>>>;

/**
 * Changes the settings of a key that this transaction has locked, and its end when `days` is given. Without any
 * difference it changes nothing. Refuses `key_revoked`, `key_beyond_bounds`, `key_replaced` for another end of a key
 * that has a successor, and to all but Admins `key_held` and `key_creators`.
 */
export async function changeKeySettings(
  ctx: Ctx,
  key: Held,
  changes: Partial<keys.KeySettings>,
  days?: number | null,
): Promise<void> {
  const { workspaceId, role } = ctx.workspace;
  if (key.revokedAt) throw refuse("key_revoked");
  const bounds = await keys.bounds(ctx.db, workspaceId);
  checkBounds(role, changes, bounds);
  if (days !== undefined) {
    if (key.replacedBy) throw refuse("key_replaced");
    if (!(await keys.mayEndIn(ctx.db, workspaceId, key.id, days))) throw beyondPolicy(bounds.maximumKeyDays ?? 0);
  }
  const fields = Object.keys(changes) as (keyof typeof changes)[];
  if (fields.length === 0 && days === undefined) return;
  const { name: _, ...reach } = changes;
  const adminBounds = boundsAfter({ ...ctx.workspace, personId: ctx.person.id }, key, {
    ...reach,
    ...(days === undefined ? {} : { expiresAt: endIn(days) }),
  });
  const updated = await keys.update(ctx.db, workspaceId, key.id, {
    ...changes,
    adminBounds,
    ...(days === undefined ? {} : { days }),
  });
  if (!updated) throw refuse("key_revoked");
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.updated",
    target: { type: "key", id: key.id },
    before: {
      ...Object.fromEntries(fields.map((field) => [field, key[field]])),
      ...(days === undefined ? {} : { expiresAt: key.expiresAt }),
    },
    after: { ...changes, ...(days === undefined ? {} : { expiresAt: updated.expiresAt }) },
  });
}
