import type { Db } from "@/db/client";
import type { Reason } from "@/server/api/refusals";
import type { ActionOn } from "@/server/audit/catalogue";
import * as audit from "@/server/audit/queries";
import * as keyLife from "../lifecycle/queries";
import * as keys from "../queries";

/** One thing to do to a key. `monthlyLimit` in micro-units. */
export type Fix =
  | { fix: "expire"; days: number }
  | { fix: "limit"; monthlyLimit: number }
  | { fix: "disable" }
  | { fix: "revoke" };

type Held = NonNullable<Awaited<ReturnType<typeof keys.hold>>>;
type Changing = audit.Actor & { db: Db; workspace: { workspaceId: string } };

/**
 * Does one thing to a key that this transaction holds, and leaves its audit row. Returns why not, if it did not: then
 * nothing of the key is changed.
 */
export async function applyFix(ctx: Changing, key: Held, fix: Fix, bounds: keys.Bounds): Promise<Reason | null> {
  const { workspaceId } = ctx.workspace;
  if (key.revokedAt) return "key_revoked";
  const record = (action: ActionOn<"key">, before: object, after?: object) =>
    audit.record(ctx.db, workspaceId, ctx, {
      action,
      target: { type: "key", id: key.id },
      before: { ...before },
      ...(after ? { after: { ...after } } : {}),
    });

  switch (fix.fix) {
    case "expire": {
      if (key.replacedBy) return "key_replaced";
      if (!(await keys.mayEndIn(ctx.db, workspaceId, key.id, fix.days))) return "key_beyond_policy";
      const updated = await keys.update(ctx.db, workspaceId, key.id, { days: fix.days });
      if (!updated) return "key_revoked";
      await record("key.updated", { expiresAt: key.expiresAt }, { expiresAt: updated.expiresAt });
      return null;
    }
    case "limit": {
      const { monthlyLimit } = fix;
      if (bounds.monthlyLimit !== null && monthlyLimit > bounds.monthlyLimit) return "key_above_workspace";
      if (key.monthlyLimit === monthlyLimit) return "key_unchanged";
      await keys.update(ctx.db, workspaceId, key.id, { monthlyLimit });
      await record("key.updated", { monthlyLimit: key.monthlyLimit }, { monthlyLimit });
      return null;
    }
    case "disable":
      if (!(await keyLife.disable(ctx.db, workspaceId, key.id))) return "key_disabled";
      await record("key.disabled", { name: key.name });
      return null;
    case "revoke":
      await keyLife.revoke(ctx.db, workspaceId, key.id);
      await record("key.revoked", { name: key.name });
      return null;
  }
}
