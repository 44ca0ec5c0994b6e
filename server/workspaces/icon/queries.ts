import { randomInt } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { workspaceIcons } from "@/db/schema/icons";
import { workspaces } from "@/db/schema/workspaces";

/** Returns a workspace's picture as WebP; undefined: it has none. */
export async function find(db: Db, workspaceId: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: workspaceIcons.webp })
    .from(workspaceIcons)
    .where(eq(workspaceIcons.workspaceId, workspaceId));
  return row?.webp;
}

/** Sets a workspace's picture, replacing its former icon. The caller holds its lock. */
export async function setPicture(db: Db, workspaceId: string, webp: Buffer): Promise<void> {
  await db
    .insert(workspaceIcons)
    .values({ workspaceId, webp })
    .onConflictDoUpdate({ target: workspaceIcons.workspaceId, set: { webp } });
  await db
    .update(workspaces)
    .set({ iconEmoji: null, iconVersion: randomInt(1, 2 ** 31 - 1) })
    .where(eq(workspaces.id, workspaceId));
}

/** Sets a workspace's emoji, or with null removes its icon; replaces its former icon. The caller holds its lock. */
export async function setEmoji(db: Db, workspaceId: string, emoji: string | null): Promise<void> {
  await db.delete(workspaceIcons).where(eq(workspaceIcons.workspaceId, workspaceId));
  await db.update(workspaces).set({ iconEmoji: emoji, iconVersion: null }).where(eq(workspaces.id, workspaceId));
}
