import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageUnsealed } from "@/db/schema/usage-seals";
import { workspacesWithRows } from "@/db/workspaces-with-rows";

/** Lists workspaces with unsealed ledger lines that are older than `ageMs`, each once. */
export async function listDue(db: Db, limit: number, ageMs: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'usage-seal', true)`);
  return workspacesWithRows(
    db,
    usageUnsealed,
    limit,
    sql`${ageMs}::int <= (
      select 1000 * extract(epoch from clock_timestamp() - min(u.at)) from ${usageUnsealed} u where u.workspace_id = due.id)`,
  );
}

/**
 * Seals the oldest unsealed moments of a workspace. Null: another instance is doing so. `hash` is that of the last
 * link, in hex.
 */
export async function seal(
  db: Db,
  workspaceId: string,
  limit: number,
): Promise<{ sealed: number; sequence: number; hash: string } | null> {
  const [row] = await db.execute<{ sealed: number; sequence: string; hash: string }>(sql`
    select sealed, last_sequence as sequence, encode(last_hash, 'hex') as hash from seal_usage(${workspaceId}::uuid, ${limit}::int)`);
  return row ? { ...row, sequence: Number(row.sequence) } : null;
}

/** The part of the chain that seals a month. `previous` is the hash before its first link, `cost` in micro-units. */
export type SealedMonth = { first: number; last: number; previous: string; lines: number; cost: number };

const beginning = "0".repeat(64);

/**
 * Finds the links that seal a month's lines, and counts the month's lines except those that still wait to be sealed.
 * Lines that no link covers are counted too; the application never leaves such lines. `first` 0: there is no link.
 *
 * @param month "2026-11", in UTC
 */
export async function findMonth(db: Db, workspaceId: string, month: string): Promise<SealedMonth> {
  const [row] = await db.execute<Record<"first" | "last" | "lines" | "cost", string> & { previous: string | null }>(sql`
    with links as (
      select min(sequence) as first, max(sequence) as last from usage_seals where workspace_id = ${workspaceId} and ${inMonth("at", month)}
    )
    select coalesce(first, 0) as first, coalesce(last, 0) as last,
      (select encode(hash, 'hex') from usage_seals where workspace_id = ${workspaceId} and sequence = first - 1) as previous,
      (select count(*) from usage_ledger l where ${loose(workspaceId, month)}) as lines,
      (select coalesce(sum(cost), 0) from usage_ledger l where ${loose(workspaceId, month)}) as cost
    from links`);
  return {
    ...{ first: Number(row?.first ?? 0), last: Number(row?.last ?? 0), previous: row?.previous ?? beginning },
    ...{ lines: Number(row?.lines ?? 0), cost: Number(row?.cost ?? 0) },
  };
}

/**
 * A link with the lines that it seals, one per text line; null: they are of another month, and only their digest is
 * returned.
 */
export type SealedMoment = { sequence: number; at: string; hash: string; digest: string | null; text: string | null };

/** Reads links in their order from one on, up to `last`, at most `limit`. */
export async function listMoments(
  db: Db,
  workspaceId: string,
  month: string,
  { from, last }: { from: number; last: number },
  limit: number,
): Promise<SealedMoment[]> {
  const rows = await db.execute<
    Record<"sequence" | "at" | "hash", string> & { isInside: boolean; digest: string | null; text: string | null }
  >(sql`
    select s.sequence, encode(s.hash, 'hex') as hash, ${inMonth("s.at", month)} as "isInside",
      to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      encode(sha256(convert_to(l.text, 'UTF8')), 'hex') as digest, case when ${inMonth("s.at", month)} then l.text end as text
    from (select * from usage_seals where workspace_id = ${workspaceId} and sequence >= ${from} and sequence <= ${last}
      order by sequence limit ${limit}) s
    cross join lateral (select string_agg(sealed_line(l), E'\n' order by l.id) as text from usage_ledger l
      where l.workspace_id = s.workspace_id and l.at = s.at) l
    order by s.sequence`);
  return rows.map(({ sequence, at, hash, isInside, digest, text }) => ({
    ...{ sequence: Number(sequence), at, hash },
    ...{ digest: isInside ? null : digest, text: isInside ? (text ?? "") : null },
  }));
}

const inMonth = (column: "at" | "s.at" | "l.at", month: string) => {
  const first = sql`${`${month}-01`}::timestamp`;
  return sql`${sql.raw(column)} >= ${first} at time zone 'UTC' and ${sql.raw(column)} < (${first} + interval '1 month') at time zone 'UTC'`;
};

/** The lines of a month that do not wait to be sealed. */
const loose = (workspaceId: string, month: string) => sql`
  l.workspace_id = ${workspaceId} and ${inMonth("l.at", month)} and not exists (
    select from usage_unsealed u where u.workspace_id = ${workspaceId} and u.at = l.at)`;
