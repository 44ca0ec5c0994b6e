import { eq } from "drizzle-orm";
import { database } from "@/db/client";
import { keyPeppers } from "@/db/schema/keys";

/** Stores the mark of a pepper unless its version has one already, and returns the stored mark. */
export async function keepPepperMark({ version, mac }: { version: number; mac: Buffer }): Promise<Buffer> {
  await database().insert(keyPeppers).values({ version, mac }).onConflictDoNothing();
  const [kept] = await database()
    .select({ mac: keyPeppers.mac })
    .from(keyPeppers)
    .where(eq(keyPeppers.version, version));
  return kept?.mac ?? mac;
}
