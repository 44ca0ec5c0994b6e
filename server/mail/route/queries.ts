import { database } from "@/db/client";
import { mailRoute } from "@/db/schema/mail";

/** How mail leaves the instance as operators set it, with the secret as it is kept. */
export type StoredRoute = typeof mailRoute.$inferSelect;

/** Returns how mail leaves the instance, as operators set it; undefined: they have not. For the process, which sends it. */
export async function readRoute(): Promise<StoredRoute | undefined> {
  const [row] = await database().select().from(mailRoute);
  return row;
}
