import type { Db } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";

/** What the operators have set for the whole instance. Money in micro-units a month; null: nothing is set. */
export type InstanceSettings = Omit<typeof instanceSettings.$inferSelect, "id">;

/** Reads the instance's settings, as they are now: they hold from the commit on, on every instance. */
export async function settings(db: Db): Promise<InstanceSettings> {
  const [row] = await db.select().from(instanceSettings);
  if (!row) throw new Error("the instance has no settings: its row is made by a migration");
  const { id, ...settings } = row;
  return settings;
}
