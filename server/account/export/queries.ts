import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accountEvents } from "@/db/schema/audit";
import { decodeCursor, encodeCursor, keyParts } from "@/server/api/cursors";
import type { Section } from "./section";

/** The number of rows in a part: an export can have any length without needing more memory than one part. */
const partSize = 500;

/**
 * A part of a section: its rows as they are in the database, and the cursor of the next part; null: this is the last
 * part.
 */
export type Part = { rows: Record<string, unknown>[]; next: string | null };

/**
 * Returns the ids of all workspaces that have data of a person: those that they are or were a member of, have created,
 * or acted in, deleted ones included.
 */
export async function listWorkspaces(db: Db, userId: string): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'account-export', true)`);
  const rows = await db.execute<{ id: string }>(sql`
    select workspace_id as id from memberships where user_id = ${userId}
    union select workspace_id from join_requests where user_id = ${userId}
    union select workspace_id from audit_events where actor_id = ${userId}
    union select workspace_id from audit_events where target_type = 'member' and target_id = ${userId}
    order by id`);
  await db.execute(sql`select set_config('app.job', '', true)`);
  return rows.map(({ id }) => id);
}

/** Checks in the account's log whether the person has begun an export within the last 12 hours. */
export async function isBegun(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: accountEvents.id })
    .from(accountEvents)
    .where(
      and(
        eq(accountEvents.userId, userId),
        sql`${accountEvents.at} > now() - interval '12 hours'`,
        eq(accountEvents.action, "account.exported"),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** Returns a part of a section of the person's data outside any workspace. */
export async function personPart(db: Db, userId: string, section: Section, after: string | undefined): Promise<Part> {
  return part(db, section, sql`${sql.identifier(section.table)}`, [whose(section, userId)], after);
}

/** Returns a part of a section of the person's data in one workspace. */
export async function workspacePart(
  db: Db,
  workspaceId: string,
  userId: string,
  section: Section,
  after: string | undefined,
): Promise<Part> {
  const { table } = section;
  const where = sql`${sql.identifier(table === "workspaces" ? "id" : "workspace_id")} = ${workspaceId}`;
  const [since] = placeOf(section, after) ?? [];
  const from = table === "usage_ledger" ? usedHours(workspaceId, userId, since) : sql`${sql.identifier(table)}`;
  return part(db, section, from, [where, whose(section, userId)], after);
}

/**
 * Restricts the ledger to the hours in which the member had usage according to the roll-up, up to as many as one part
 * can need.
 */
function usedHours(workspaceId: string, userId: string, from: string | undefined): SQL {
  const since = from ? sql`and hour >= date_trunc('hour', ${from}::timestamptz, 'UTC')` : sql``;
  return sql`(
    select distinct hour from usage_hourly where workspace_id = ${workspaceId} and member_id = ${userId} ${since}
    order by hour limit ${partSize + 2}) h
    join usage_ledger on usage_ledger.workspace_id = ${workspaceId} and usage_ledger.at >= h.hour
      and usage_ledger.at < h.hour + interval '1 hour'`;
}

function whose({ person, also }: Section, userId: string): SQL {
  return sql`${sql.identifier(person)} = ${userId}${also ? sql.raw(` and ${also}`) : sql``}`;
}

async function part(db: Db, section: Section, from: SQL, where: SQL[], after: string | undefined): Promise<Part> {
  const list = (parts: SQL[]) => sql.join(parts, sql`, `);
  const keys = section.key.map(([name]) => sql`${sql.identifier(name)}`);
  const conditions = [...where];
  const begin = placeOf(section, after);
  if (begin) {
    const values = section.key.map(([, type], index) => sql`${begin[index]}::${sql.raw(type)}`);
    conditions.push(sql`(${list(keys)}) > (${list(values)})`);
  }
  const columns = section.columns.map((name) =>
    section.bytes?.includes(name)
      ? sql`translate(encode(${sql.identifier(name)}, 'base64'), e'\n', '') as ${sql.identifier(name)}`
      : sql`${sql.identifier(name)}`,
  );
  const place = section.key.map(
    ([name], index) => sql`${sql.identifier(name)}::text as ${sql.identifier(`_${index}`)}`,
  );
  const found = await db.execute<Record<string, unknown>>(sql`
    select ${list([...columns, ...place])} from ${from}
    where ${sql.join(conditions, sql` and `)} order by ${list(keys)} limit ${partSize + 1}`);
  const rows = found.slice(0, partSize);
  const last = rows.at(-1);
  const next =
    last && found.length > partSize ? encodeCursor(section.key.map((_, index) => String(last[`_${index}`]))) : null;
  return { rows: rows.map(withoutPlace), next };
}

const parts = { timestamptz: keyParts.instant, uuid: keyParts.uuid, text: keyParts.name };

function placeOf(section: Section, after: string | undefined): string[] | null {
  return decodeCursor(
    after,
    section.key.map(([, type]) => parts[type]),
  );
}

function withoutPlace(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !/^_\d$/.test(name)));
}
