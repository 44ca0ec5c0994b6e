import { database } from "@/db/client";
import { mailRoute } from "@/db/schema/mail";

/** The operators' mail settings as stored, with the secret encrypted. */
export type StoredRoute = typeof mailRoute.$inferSelect;

/** Reads the operators' mail settings; undefined: there are none. For the process's copy. */
export async function readRoute(): Promise<StoredRoute | undefined> {
  const [row] = await database().select().from(mailRoute);
  return row;
}
