import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailRoute } from "@/db/schema/mail";

const columns = {
  ...{ kind: mailRoute.kind, sender: mailRoute.sender, host: mailRoute.host, port: mailRoute.port },
  ...{ encryption: mailRoute.encryption, username: mailRoute.username, hasSecret: mailRoute.hasSecret },
};

/** The operators' mail settings: with whether there is a secret, but never the secret itself. */
export type SetRoute = {
  [Column in keyof typeof columns]: (typeof mailRoute.$inferSelect)[Column];
};

/** Returns the mail settings; undefined: there are none. */
export async function find(db: Db): Promise<SetRoute | undefined> {
  const [row] = await db.select(columns).from(mailRoute);
  return row;
}

/** Returns the mail settings and locks them until the transaction ends, also when there are none. */
export async function hold(db: Db): Promise<SetRoute | undefined> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('mail route', 0))`);
  return find(db);
}

type Values = Omit<SetRoute, "hasSecret"> & { secretSealed?: Buffer | null | undefined };

/** Inserts the mail settings. The caller has locked them. */
export async function add(db: Db, values: Values): Promise<void> {
  await db.insert(mailRoute).values(values);
}

/** Updates the mail settings. Without `secretSealed` the stored secret is kept. The caller has locked them. */
export async function change(db: Db, values: Values): Promise<void> {
  await db.update(mailRoute).set({ ...values, changedAt: sql`now()` });
}

/** Deletes the mail settings with their secret. */
export async function remove(db: Db): Promise<void> {
  await db.delete(mailRoute);
}
