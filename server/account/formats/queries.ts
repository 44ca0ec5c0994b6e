import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import type { ChosenFormats } from "@/server/platform/formats";

const columns = { timeZone: users.timeZone, locale: users.locale, weekStart: users.weekStart };

/** Sets how dates and numbers are written for a person. Returns the earlier formats. */
export async function setFormats(db: Db, userId: string, formats: ChosenFormats): Promise<ChosenFormats | undefined> {
  const [before] = await db.select(columns).from(users).where(eq(users.id, userId)).for("update");
  await db.update(users).set(formats).where(eq(users.id, userId));
  return before;
}

/** Sets a person's time zone and language unless they have a time zone already. Returns false when they have one. */
export async function adoptFormats(
  db: Db,
  userId: string,
  formats: Pick<ChosenFormats, "timeZone" | "locale">,
): Promise<boolean> {
  const rows = await db
    .update(users)
    .set(formats)
    .where(and(eq(users.id, userId), isNull(users.timeZone)))
    .returning({ id: users.id });
  return rows.length > 0;
}
