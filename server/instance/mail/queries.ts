import { and, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailOutbox, type SuppressionReason, suppressedAddresses } from "@/db/schema/mail";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import type { MailState } from "./input";

const pageSize = 25;

/**
 * Returns how many mails wait, since when the oldest does, and how many were given up in the last 30 days, which is how
 * long they are kept.
 */
export async function queue(db: Db): Promise<{ waiting: number; since: Date | null; failed: number }> {
  const [row] = await db.execute<{ waiting: number; sinceMs: number | null; failed: number }>(sql`
    select waiting.count as waiting, waiting.since as "sinceMs", failed.count as failed
    from (select count(*)::int as count, (extract(epoch from min(${mailOutbox.createdAt})) * 1000)::float8 as since
        from ${mailOutbox} where ${mailOutbox.status} = 'queued') waiting,
      (select count(*)::int as count from ${mailOutbox}
        where ${mailOutbox.status} = 'failed' and ${mailOutbox.settledAt} > now() - interval '30 days') failed`);
  const { waiting = 0, sinceMs = null, failed = 0 } = row ?? {};
  return { waiting, since: sinceMs === null ? null : new Date(sinceMs), failed };
}

/** A mail as shown to operators: without its content and recipient. */
export type MailRow = {
  id: string;
  template: string;
  attempts: number;
  createdAt: Date;
  dueAt: Date;
  settledAt: Date | null;
  lastError: string | null;
};

const columns = {
  id: mailOutbox.id,
  template: mailOutbox.template,
  attempts: mailOutbox.attempts,
  createdAt: mailOutbox.createdAt,
  dueAt: mailOutbox.dueAt,
  settledAt: mailOutbox.settledAt,
  lastError: mailOutbox.lastError,
};

/** Each list has the order of its partial index, so that a page reads only the rows it shows. */
const lists: Record<MailState, { which: SQL | undefined; key: SQL; isDescending: boolean }> = {
  waiting: {
    which: and(sql`${mailOutbox.status} = 'queued'`, isNotNull(mailOutbox.lastError)),
    key: sql`${mailOutbox.dueAt}`,
    isDescending: false,
  },
  failed: {
    which: and(sql`${mailOutbox.status} = 'failed'`, sql`${mailOutbox.settledAt} > now() - interval '30 days'`),
    key: sql`${mailOutbox.settledAt}`,
    isDescending: true,
  },
};

/**
 * Returns a page of the mails that failed at least once: waiting ones in the order of their next attempt, or those that
 * were given up, newest first.
 */
export async function list(db: Db, state: MailState, place: Place): Promise<Page<MailRow>> {
  const { which, key, isDescending } = lists[state];
  const isDown = isDescending !== (place.before !== undefined);
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.uuid]);
  const direction = sql.raw(isDown ? "desc" : "asc");
  const rows = await db
    .select({ ...columns, sortKey: sql<string>`(${key})::text` })
    .from(mailOutbox)
    .where(
      and(
        which,
        from
          ? sql`(${key}, ${mailOutbox.id}) ${sql.raw(isDown ? "<" : ">")} (${from[0]}::timestamptz, ${from[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(sql`${key} ${direction}`, sql`${mailOutbox.id} ${direction}`)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/** Returns the template of the waiting mail with an id. */
export async function waitingTemplate(db: Db, id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ template: mailOutbox.template })
    .from(mailOutbox)
    .where(and(eq(mailOutbox.id, id), eq(mailOutbox.status, "queued")));
  return row?.template;
}

/**
 * Makes failed mails that wait due at once. Returns how many. A worker claims a mail by making it due a minute later,
 * so a mail that is due within a minute may be in delivery and is left alone, to avoid sending it twice. The clock is
 * read for each row, because a claim may be newer than this transaction.
 */
export async function makeDue(db: Db, id?: string): Promise<number> {
  const rows = await db
    .update(mailOutbox)
    .set({ dueAt: sql`clock_timestamp()` })
    .where(
      and(
        lists.waiting.which,
        sql`${mailOutbox.dueAt} > clock_timestamp() + interval '1 minute'`,
        id === undefined ? undefined : eq(mailOutbox.id, id),
      ),
    )
    .returning({ id: mailOutbox.id });
  return rows.length;
}

/** An address to which no mail is sent, with the reason. */
export type SuppressedRow = Pick<
  typeof suppressedAddresses.$inferSelect,
  "id" | "email" | "reason" | "detail" | "createdAt"
>;

/** Returns a page of the suppressed addresses, newest first. */
export async function listSuppressed(db: Db, place: Place): Promise<Page<SuppressedRow>> {
  const { id, email, reason, detail, createdAt } = suppressedAddresses;
  const from = decodeCursor(place.before ?? place.after, [keyParts.instant, keyParts.uuid]);
  const isDown = place.before === undefined;
  const direction = sql.raw(isDown ? "desc" : "asc");
  const rows = await db
    .select({ id, email, reason, detail, createdAt, sortKey: sql<string>`(${createdAt})::text` })
    .from(suppressedAddresses)
    .where(
      from
        ? sql`(${createdAt}, ${id}) ${sql.raw(isDown ? "<" : ">")} (${from[0]}::timestamptz, ${from[1]}::uuid)`
        : undefined,
    )
    .orderBy(sql`${createdAt} ${direction}`, sql`${id} ${direction}`)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/** Removes an address from the suppressed ones. Returns it with its reason; undefined when it is not suppressed. */
export async function allow(db: Db, id: string): Promise<{ email: string; reason: SuppressionReason } | undefined> {
  const [row] = await db
    .delete(suppressedAddresses)
    .where(eq(suppressedAddresses.id, id))
    .returning({ email: suppressedAddresses.email, reason: suppressedAddresses.reason });
  return row;
}
