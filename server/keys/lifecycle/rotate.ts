import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import { refuse } from "@/server/api/refusals";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import { checkHeld } from "../admin-bounds";
import { isOwn } from "../authority";
import { nextLifetime } from "../bounds";
import * as keys from "../queries";
import { drawKey } from "../secret";
import * as keyLife from "./queries";

type Rotating = audit.Actor & { db: Db; person: { id: string; name: string; email: string } };
type Where = { workspaceId: string; slug: string; name: string; role: Role };
type Held = NonNullable<Awaited<ReturnType<typeof keys.hold>>>;

/**
 * Makes a new key with the settings of one that this transaction has locked. The new key lives as many days as the
 * old one was made for, within the workspace's policy. The old key stays valid for the overlap, and both count
 * against the same limits. Keys that the old one had taken over from end now, so that never more than two secrets are
 * valid.
 *
 * A secret acts for the person who sees it. So the successor of another member's key becomes a service key of the
 * workspace, and the maker of the old key is mailed. The returned value is the only place where the new secret ever
 * is. The caller holds the workspace's lock. Refuses `key_revoked`, `key_replaced`, `key_held`, `too_many`.
 */
export async function rotate(ctx: Rotating, where: Where, old: Held, overlapHours: number) {
  const { workspaceId } = where;
  if (old.revokedAt) throw refuse("key_revoked");
  if (old.replacedBy) throw refuse("key_replaced");
  checkHeld(where.role, old.disabledByAdmin);
  await charge(ctx.db, limits.keysPerPerson, ctx.person.id);
  const { maximumKeyDays } = await keys.bounds(ctx.db, workspaceId);
  const { key: secret, ...kept } = drawKey();
  const { name, scopes, models, ipRanges, origins, requestsPerMinute, tokensPerMinute, monthlyLimit, adminBounds } =
    old;
  const isService = !isOwn(ctx.person.id, old);
  const { expiresAt } = await keys.create(ctx.db, workspaceId, {
    ...kept,
    ...{
      name,
      scopes,
      models,
      ipRanges,
      origins,
      requestsPerMinute,
      tokensPerMinute,
      monthlyLimit,
      adminBounds,
      isService,
    },
    createdBy: ctx.person.id,
    rotatedFrom: old.rotatedFrom ?? old.id,
    days: nextLifetime(old, maximumKeyDays),
  });
  const ended = await keyLife.replace(ctx.db, workspaceId, old.id, { id: kept.id, overlapHours });
  if (!ended) throw refuse("key_replaced");
  const endedKeys = await keyLife.endPredecessors(ctx.db, workspaceId, old.id);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "key.rotated",
    target: { type: "key", id: old.id },
    before: { name, lastFour: old.lastFour, expiresAt: old.expiresAt },
    after: {
      ...{ replacedBy: kept.id, lastFour: kept.lastFour, expiresAt, oldExpiresAt: ended.expiresAt },
      ...(isService && !old.isService ? { isService } : {}),
      ...(endedKeys.length > 0 ? { endedKeys } : {}),
    },
  });
  if (isService && !old.isService) await tellMaker(ctx, where, old, ended.expiresAt);
  return { id: kept.id, name, secret, expiresAt, oldExpiresAt: ended.expiresAt, isService };
}

async function tellMaker(ctx: Rotating, where: Where, old: Held, endsAt: Date | null): Promise<void> {
  const to = await membership.address(ctx.db, where.workspaceId, old.createdBy);
  if (!to) return;
  await mail.enqueue(ctx.db, {
    to,
    template: "key-rotated",
    props: {
      url: link(`/w/${where.slug}/keys`, { q: old.id }),
      keyName: old.name,
      masked: `atl_${old.id.slice(0, 4)}…${old.lastFour}`,
      workspaceName: where.name,
      byName: ctx.person.name,
      byEmail: ctx.person.email,
      endsAt: endsAt?.toISOString() ?? null,
      origin: linkOrigin(),
    },
  });
}
