import { randomInt } from "node:crypto";
import type { Db } from "@/db/client";
import { instanceLogo, instanceSettings } from "@/db/schema/instance";

/** Sets the logo. The caller has locked the settings. */
export async function setLogo(db: Db, webp: Buffer): Promise<void> {
  await db.insert(instanceLogo).values({ webp }).onConflictDoUpdate({ target: instanceLogo.id, set: { webp } });
  await db.update(instanceSettings).set({ logoVersion: randomInt(1, 2 ** 31 - 1) });
}

/** Deletes the logo. The caller has locked the settings. */
export async function removeLogo(db: Db): Promise<void> {
  await db.update(instanceSettings).set({ logoVersion: null });
  await db.delete(instanceLogo);
}
