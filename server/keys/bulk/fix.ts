import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import type { Reason } from "@/server/api/refusals";
import type { AuditDetails } from "@/server/audit/details";
import * as audit from "@/server/audit/queries";
import { boundsAfter } from "../admin-bounds";
import { endIn } from "../bounds";
import * as ceiling from "../ceiling/queries";
import { disableKey } from "../lifecycle/disable";
import { revokeKey } from "../lifecycle/revoke";
import * as keys from "../queries";

/** A change that can be made to many keys. `monthlyLimit` is in micro-units. */
export type Fix =
  | { fix: "expire"; days: number }
  | { fix: "limit"; monthlyLimit: number }
  | { fix: "disable" }
  | { fix: "revoke" };

type Held = NonNullable<Awaited<ReturnType<typeof keys.hold>>>;
type Changing = audit.Actor & {
  db: Db;
  person: { id: string };
  workspace: { workspaceId: string; role: Role; keyCreators: "developers" | "admins" };
};

/**
 * Applies one fix to a key that this transaction has locked, for an Admin, and writes its audit row. When it cannot,
 * it returns the reason and changes nothing.
 */
export async function applyFix(ctx: Changing, key: Held, fix: Fix, bounds: keys.Bounds): Promise<Reason | null> {
  const { workspaceId } = ctx.workspace;
  if (key.revokedAt) return "key_revoked";
  const changer = { ...ctx.workspace, personId: ctx.person.id };
  const recordUpdate = (before: AuditDetails<"key.updated">, after: AuditDetails<"key.updated">) =>
    audit.record(ctx.db, workspaceId, ctx, {
      action: "key.updated",
      target: { type: "key", id: key.id },
      before,
      after,
    });

  switch (fix.fix) {
    case "expire": {
      if (key.replacedBy) return "key_replaced";
      if (key.isExpired && (await ceiling.reached(ctx.db, workspaceId)) !== null) return "keys_full";
      if (!(await keys.mayEndIn(ctx.db, workspaceId, key.id, fix.days))) return "key_beyond_policy";
      const adminBounds = boundsAfter(changer, key, { expiresAt: endIn(fix.days) });
      const updated = await keys.update(ctx.db, workspaceId, key.id, { days: fix.days, adminBounds });
      if (!updated) return "key_revoked";
      await recordUpdate({ expiresAt: key.expiresAt }, { expiresAt: updated.expiresAt });
      return null;
    }
    case "limit": {
      const { monthlyLimit } = fix;
      if (bounds.monthlyLimit !== null && monthlyLimit > bounds.monthlyLimit) return "key_above_workspace";
      if (key.monthlyLimit === monthlyLimit) return "key_unchanged";
      const adminBounds = boundsAfter(changer, key, { monthlyLimit });
      await keys.update(ctx.db, workspaceId, key.id, { monthlyLimit, adminBounds });
      await recordUpdate({ monthlyLimit: key.monthlyLimit }, { monthlyLimit });
      return null;
    }
    case "disable":
      return (await disableKey(ctx, workspaceId, key, true)) ? null : "key_disabled";
    case "revoke":
      return (await revokeKey(ctx, workspaceId, key, true)) ? null : "key_revoked";
  }
}
