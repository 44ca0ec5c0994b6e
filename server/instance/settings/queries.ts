import type { Db } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";

/** The operators' settings, without the row's own id. */
type Settings = Omit<typeof instanceSettings.$inferSelect, "id">;

/** Reads the settings and locks them until the transaction ends. */
export async function hold(db: Db): Promise<Settings> {
  const [row] = await db.select().from(instanceSettings).for("update");
  if (!row) throw new Error("the instance has no settings: its row is made by a migration");
  const { id, ...settings } = row;
  return settings;
}

/** Changes some of the settings. The caller has locked them. */
export async function set(db: Db, changes: Partial<Settings>): Promise<void> {
  await db.update(instanceSettings).set(changes);
}
