import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { nextLifetime } from "../bounds";
import * as keys from "../queries";
import { drawKey } from "../secret";
import * as keyLife from "./queries";

type Rotating = audit.Actor & { db: Db; person: { id: string } };
type Held = NonNullable<Awaited<ReturnType<typeof keys.hold>>>;

/**
 * Makes a new key with the settings of one that this transaction holds, for as long a life as that had if the workspace's
 * policy allows; the old one goes on working for the overlap, and both count against the same limits. What is returned is
 * the only place where the new secret ever is. The caller holds the workspace's lock. Refuses `key_revoked`, `key_replaced`, `too_many`.
 */
export async function rotate(ctx: Rotating, workspaceId: string, old: Held, overlapHours: number) {
  if (old.revokedAt) throw refuse("key_revoked");
  if (old.replacedBy) throw refuse("key_replaced");
  await charge(ctx.db, limits.keysPerPerson, ctx.person.id);
  const { maximumKeyDays } = await keys.bounds(ctx.db, workspaceId);
  const { key: secret, ...kept } = drawKey();
  const { name, scopes, models, ipRanges, requestsPerMinute, tokensPerMinute, monthlyLimit, createdBy, isService } =
    old;
  const { expiresAt } = await keys.create(ctx.db, workspaceId, {
    ...kept,
    ...{ name, scopes, models, ipRanges, requestsPerMinute, tokensPerMinute, monthlyLimit, createdBy, isService },
    rotatedFrom: old.rotatedFrom ?? old.id,
    days: nextLifetime(old, maximumKeyDays),
  });
  const ended = await keyLife.replace(ctx.db, workspaceId, old.id, { id: kept.id, overlapHours });
  if (!ended) throw refuse("key_replaced");
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.rotated",
    target: { type: "key", id: old.id },
    before: { name, lastFour: old.lastFour, expiresAt: old.expiresAt },
    after: { replacedBy: kept.id, lastFour: kept.lastFour, expiresAt, oldExpiresAt: ended.expiresAt },
  });
  return { id: kept.id, name, secret, expiresAt, oldExpiresAt: ended.expiresAt };
}
