import type { Db } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import type * as audit from "@/server/audit/queries";
import { rotate } from "@/server/keys/lifecycle/rotate";
import * as keys from "@/server/keys/queries";
import type { Decisions } from "./input";
import { passOn } from "./pass-on";
import * as offboarding from "./queries";

/** The successor of a key that was rotated because its maker leaves. Only this object contains its secret. */
export type Rotated = { oldId: string; id: string; name: string; secret: string };

/**
 * Rotates the chosen keys of a departing member: each passes to the workspace and gets a successor, whose secret the
 * member does not know. Keys that are not theirs any more, or are revoked, are skipped. The caller holds the
 * workspace's lock. Refuses `key_replaced`, `too_many`.
 */
export async function rotateLeft(
  ctx: audit.Actor & { db: Db; person: { id: string; name: string; email: string } },
  where: { workspaceId: string; slug: string; name: string; role: Role },
  userId: string,
  { key: named, overlap }: Decisions,
): Promise<Rotated[]> {
  if (![...named.values()].includes("rotate")) return [];
  const { workspaceId } = where;
  const held = await offboarding.holdKeys(ctx.db, workspaceId, userId);
  const chosen = held.filter(({ id }) => named.get(id) === "rotate");
  const rotated: Rotated[] = [];
  for (const { id: oldId } of chosen) {
    const old = await keys.hold(ctx.db, workspaceId, oldId);
    if (!old) continue;
    const { id, name, secret } = await rotate(ctx, where, old, Number(overlap));
    rotated.push({ oldId, id, name, secret });
  }
  await passOn(ctx, workspaceId, userId, chosen);
  return rotated;
}
