import { randomUUID } from "node:crypto";
import { and, desc, eq, inArray, lt, lte, notInArray, sql } from "drizzle-orm";
import { client, type Db, database } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import { mailOptOuts } from "@/db/schema/account";
import { mailOutbox } from "@/db/schema/mail";
import { users } from "@/db/schema/people";
import type { ChosenFormats } from "@/server/platform/formats";
import type { OptionalMail } from "./input";
import { type Mail, openMail, sealMail } from "./outbox";

/** The channel on which a committed mail is announced to the workers. */
const channel = "atelier_mail";

/** How long a worker's claim of a mail lasts. */
const claim = sql`interval '1 minute'`;

/**
 * After this time the provider no longer recognises a mail that it has already accepted, so another attempt could
 * deliver it twice.
 */
const deadline = sql`interval '23 hours'`;

export type ClaimedMail = { id: string; attempts: number; mail: Mail | null };

/** Wakes the workers once this transaction commits. */
export async function announceMail(db: Db): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, '')`);
}

/** Writes a mail into the outbox, in the transaction of the change that it reports. Returns its id. */
export async function enqueue(db: Db, mail: Mail): Promise<string> {
  const id = randomUUID();
  await Promise.all([
    db.insert(mailOutbox).values({ id, template: mail.template, payload: sealMail(mail) }),
    announceMail(db),
  ]);
  return id;
}

/** Enqueues an optional mail, unless the owner of the address has turned it off. Returns its id, or null. */
export async function enqueueOptional(db: Db, mail: Extract<Mail, { template: OptionalMail }>): Promise<string | null> {
  const [unwanted] = await db
    .select({ topic: mailOptOuts.topic })
    .from(mailOptOuts)
    .innerJoin(users, eq(users.id, mailOptOuts.userId))
    .where(and(eq(users.email, mail.to), eq(mailOptOuts.topic, mail.template)));
  return unwanted ? null : enqueue(db, mail);
}

/** Writes several mails into the outbox at once. Returns their ids in the same order. */
export async function enqueueAll(db: Db, mails: Mail[]): Promise<string[]> {
  const rows = mails.map((mail) => ({ id: randomUUID(), template: mail.template, payload: sealMail(mail) }));
  await Promise.all([db.insert(mailOutbox).values(rows), announceMail(db)]);
  return rows.map(({ id }) => id);
}

/**
 * Calls `callback` when any instance has committed a mail, and when announcements may have been missed. Resolves to a
 * function that stops it. Rejects when LISTEN is not available, as behind a pooler in transaction mode.
 */
export async function onMail(callback: () => void): Promise<() => Promise<void>> {
  const { unlisten } = await client().listen(channel, callback, callback);
  return unlisten;
}

/** The mails for which a person waits at a page. */
const urgent: Mail["template"][] = ["sign-in", "sign-in-refused", "confirm-address"];

/** Which mails to claim: the ones for which a person waits, the others, or all with the urgent ones first. */
export type Urgency = "urgent" | "other" | "all";

/** Claims up to `limit` due mails for this worker. `mail` is null when it was encrypted with another secret. */
export async function claimDue(limit: number, urgency: Urgency = "all"): Promise<ClaimedMail[]> {
  const db = database();
  const due = db
    .select({ id: mailOutbox.id })
    .from(mailOutbox)
    .where(
      and(
        eq(mailOutbox.status, "queued"),
        lte(mailOutbox.dueAt, sql`now()`),
        sql`${mailOutbox.createdAt} > now() - ${deadline}`,
        urgency === "urgent" ? inArray(mailOutbox.template, urgent) : undefined,
        urgency === "other" ? notInArray(mailOutbox.template, urgent) : undefined,
      ),
    )
    .orderBy(desc(inArray(mailOutbox.template, urgent)), mailOutbox.dueAt)
    .limit(limit)
    .for("update", { skipLocked: true });
  const rows = await db
    .update(mailOutbox)
    .set({ dueAt: sql`now() + ${claim}`, attempts: sql`${mailOutbox.attempts} + 1` })
    .where(sql`${mailOutbox.id} in (${due})`)
    .returning({ id: mailOutbox.id, attempts: mailOutbox.attempts, payload: mailOutbox.payload });
  return rows.map(({ id, attempts, payload }) => ({ id, attempts, mail: payload && openMail(payload) }));
}

/** Returns the formats of the person with an address; all null: there is no such person. */
export async function formatsOfAddress(address: string): Promise<ChosenFormats> {
  const [row] = await database()
    .select({ timeZone: users.timeZone, locale: users.locale, weekStart: users.weekStart })
    .from(users)
    .where(eq(users.email, address));
  return row ?? { timeZone: null, locale: null, weekStart: null };
}

/** Marks a mail as sent and deletes its content, which includes its links. */
export async function markSent(id: string): Promise<void> {
  await settle(id, "sent", null);
}

/** Marks a mail as failed: it is not tried again. */
export async function markFailed(id: string, error: string): Promise<void> {
  await settle(id, "failed", error);
}

/** Schedules another attempt. */
export async function postpone(id: string, seconds: number, error: string): Promise<void> {
  await database()
    .update(mailOutbox)
    .set({ dueAt: sql`now() + make_interval(secs => ${seconds})`, lastError: error })
    .where(and(eq(mailOutbox.id, id), eq(mailOutbox.status, "queued")));
}

/** Marks mails as failed that are too old to be sent safely. Returns their number. */
export async function failOverdue(): Promise<number> {
  const rows = await database()
    .update(mailOutbox)
    .set({
      status: "failed",
      payload: null,
      settledAt: sql`now()`,
      lastError: sql`coalesce(${mailOutbox.lastError}, 'not sent in 23 hours')`,
    })
    .where(and(eq(mailOutbox.status, "queued"), lt(mailOutbox.createdAt, sql`now() - ${deadline}`)))
    .returning({ id: mailOutbox.id });
  return rows.length;
}

/** Returns how many mails are queued, and how long the oldest has waited. */
export async function queueState(): Promise<{ queued: number; oldestSeconds: number }> {
  const [row] = await database()
    .select({
      queued: sql<number>`count(*)::int`,
      oldestSeconds: sql<number>`coalesce(extract(epoch from now() - min(${mailOutbox.createdAt})), 0)::float8`,
    })
    .from(mailOutbox)
    .where(eq(mailOutbox.status, "queued"));
  return row ?? { queued: 0, oldestSeconds: 0 };
}

/** Deletes mails that were sent or failed more than 30 days ago. Returns their number. */
export async function forgetOld(db: Db): Promise<number> {
  const rows = await db
    .delete(mailOutbox)
    .where(lt(mailOutbox.settledAt, sql`now() - interval '30 days'`))
    .returning({ id: mailOutbox.id });
  return rows.length;
}

/**
 * Stores the outcome of a mail. It is retried until it succeeds, because a sent mail that is not marked would be sent
 * again.
 */
async function settle(id: string, status: "sent" | "failed", error: string | null): Promise<void> {
  await onLiveConnection(async () => {
    await database()
      .update(mailOutbox)
      .set({ status, payload: null, settledAt: sql`now()`, lastError: error })
      .where(and(eq(mailOutbox.id, id), eq(mailOutbox.status, "queued")));
  });
}
