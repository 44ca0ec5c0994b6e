import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailRoute } from "@/db/schema/mail";

const columns = {
  ...{ kind: mailRoute.kind, sender: mailRoute.sender, host: mailRoute.host, port: mailRoute.port },
  ...{ encryption: mailRoute.encryption, username: mailRoute.username, hasSecret: mailRoute.hasSecret },
};

/** How mail leaves the instance as operators set it: whether there is a secret, and never which. */
export type SetRoute = {
  [Column in keyof typeof columns]: (typeof mailRoute.$inferSelect)[Column];
};

/** Returns it; undefined: nothing is set. */
export async function find(db: Db): Promise<SetRoute | undefined> {
  const [row] = await db.select(columns).from(mailRoute);
  return row;
}

/** Returns the same, and keeps every other change of it waiting until the transaction ends, also while nothing is set. */
export async function hold(db: Db): Promise<SetRoute | undefined> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('mail route', 0))`);
  return find(db);
}

type Values = Omit<SetRoute, "hasSecret"> & { secretSealed?: Buffer | null | undefined };

/** Sets what was not set. The caller holds it. */
export async function add(db: Db, values: Values): Promise<void> {
  await db.insert(mailRoute).values(values);
}

/** Changes what is set. Without `secretSealed` the secret stays as it is. The caller holds it. */
export async function change(db: Db, values: Values): Promise<void> {
  await db.update(mailRoute).set({ ...values, changedAt: sql`now()` });
}

/** Takes it away, with its secret. */
export async function remove(db: Db): Promise<void> {
  await db.delete(mailRoute);
}
