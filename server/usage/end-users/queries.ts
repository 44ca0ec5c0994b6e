import { and, asc, desc, eq, inArray, isNotNull, like, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { endUsers, endUserUsage } from "@/db/schema/end-users";
import { budgets, limitRaises, spendAlerts } from "@/db/schema/limits";
import { workspaces } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { type EndUserField, endUserFields } from "./input";

/** How a workspace identifies end users. */
export type EndUserSettings = { fields: EndUserField[]; names: "hash" | "keep"; missing: "refuse" | "together" };

/** What an end user used in a span. `name` null: it is not stored or was deleted. Money in micro-units. */
export type EndUserShare = {
  id: string;
  name: string | null;
  requests: number;
  errors: number;
  promptTokens: number;
  completionTokens: number;
  cost: number;
};

/** Returns how a workspace identifies end users. */
export async function settings(db: Db, workspaceId: string): Promise<EndUserSettings> {
  const [row] = await db
    .select({
      fields: workspaces.endUserFields,
      names: workspaces.endUserNames,
      missing: workspaces.missingEndUser,
    })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  if (!row) return { fields: [], names: "hash", missing: "together" };
  return { ...row, fields: endUserFields.filter((field) => row.fields.includes(field)) };
}

/** Sets how a workspace identifies end users. When names are no longer to be stored, the stored ones are deleted. */
export async function setSettings(
  db: Db,
  workspaceId: string,
  { fields, names, missing }: EndUserSettings,
): Promise<void> {
  await db
    .update(workspaces)
    .set({
      // Passed as one text, because this client sends no arrays.
      endUserFields: sql`string_to_array(${fields.join(",")}, ',')`,
      endUserNames: names,
      missingEndUser: missing,
    })
    .where(eq(workspaces.id, workspaceId));
  if (names === "hash")
    await db
      .update(endUsers)
      .set({ name: null })
      .where(and(eq(endUsers.workspaceId, workspaceId), isNotNull(endUsers.name)));
}

const amount = /^\d{1,19}$/;

/**
 * Returns a page of a month's end users, those with the highest cost first.
 *
 * @param month "2026-11", in UTC
 */
export async function list(
  db: Db,
  workspaceId: string,
  month: string,
  place: Place,
  size: number,
): Promise<Page<EndUserShare>> {
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [amount, keyParts.uuid]);
  const order = isBackward ? asc : desc;
  const { cost, endUser } = endUserUsage;
  const rows = await db
    .select(shareColumns)
    .from(endUserUsage)
    .leftJoin(endUsers, and(eq(endUsers.workspaceId, workspaceId), eq(endUsers.id, endUser)))
    .where(
      and(
        eq(endUserUsage.workspaceId, workspaceId),
        eq(endUserUsage.span, "month"),
        eq(endUserUsage.period, `${month}-01`),
        from
          ? sql`(${cost}, ${endUser}) ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::bigint, ${from[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(order(cost), order(endUser))
    .limit(size + 1);
  return toPage(rows, size, place, (row) => [String(row.cost), row.id]);
}

const shareColumns = {
  id: endUserUsage.endUser,
  name: endUsers.name,
  requests: endUserUsage.requests,
  errors: endUserUsage.errors,
  promptTokens: endUserUsage.promptTokens,
  completionTokens: endUserUsage.completionTokens,
  cost: endUserUsage.cost,
};

/** Finds an end user by the keyed hash of its name. */
export async function find(db: Db, workspaceId: string, lookup: Buffer): Promise<string | undefined> {
  const [row] = await db
    .select({ id: endUsers.id })
    .from(endUsers)
    .where(and(eq(endUsers.workspaceId, workspaceId), eq(endUsers.lookup, lookup)));
  return row?.id;
}

/** Returns the stored name of an end user; undefined: the end user is unknown or was deleted. */
export async function get(
  db: Db,
  workspaceId: string,
  id: string,
): Promise<{ name: string | null; createdAt: Date } | undefined> {
  const [row] = await db
    .select({ name: endUsers.name, createdAt: endUsers.createdAt })
    .from(endUsers)
    .where(and(eq(endUsers.workspaceId, workspaceId), eq(endUsers.id, id)));
  return row;
}

/** Returns the stored names of these end users, by id. */
export async function names(db: Db, workspaceId: string, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: endUsers.id, name: endUsers.name })
    .from(endUsers)
    .where(and(eq(endUsers.workspaceId, workspaceId), inArray(endUsers.id, ids), isNotNull(endUsers.name)));
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])));
}

/** What an end user used in a day or a month; `period` is its first day. */
export type EndUserSpan = Omit<EndUserShare, "id" | "name"> & { period: string };

/** Returns what an end user used, by day or by month, the latest first. */
export async function history(
  db: Db,
  workspaceId: string,
  id: string,
  span: "day" | "month",
  limit: number,
): Promise<EndUserSpan[]> {
  const { id: _id, name: _name, ...figures } = shareColumns;
  return db
    .select({ period: endUserUsage.period, ...figures })
    .from(endUserUsage)
    .where(and(eq(endUserUsage.workspaceId, workspaceId), eq(endUserUsage.endUser, id), eq(endUserUsage.span, span)))
    .orderBy(desc(endUserUsage.period))
    .limit(limit);
}

/**
 * Deletes the identity of an end user and its own limits. Its usage remains under a random id. Returns false when it
 * is unknown.
 */
export async function forget(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const whose = `end-user:${id}`;
  await db.delete(budgets).where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, whose)));
  await db.delete(limitRaises).where(and(eq(limitRaises.workspaceId, workspaceId), eq(limitRaises.whose, whose)));
  await db.delete(spendAlerts).where(and(eq(spendAlerts.workspaceId, workspaceId), eq(spendAlerts.whose, whose)));
  const rows = await db
    .delete(endUsers)
    .where(and(eq(endUsers.workspaceId, workspaceId), eq(endUsers.id, id)))
    .returning({ id: endUsers.id });
  return rows.length > 0;
}

/** Returns the limits that hold for each end user and those of single end users, at most `limit`. */
export async function limited(
  db: Db,
  workspaceId: string,
  limit: number,
): Promise<{ of: string; span: "day" | "week" | "month" | "total"; amount: number; name: string | null }[]> {
  return db
    .select({ of: budgets.whose, span: budgets.span, amount: budgets.amount, name: endUsers.name })
    .from(budgets)
    .leftJoin(
      endUsers,
      and(
        eq(endUsers.workspaceId, workspaceId),
        sql`${endUsers.id} = case when ${budgets.whose} like 'end-user:%' then substr(${budgets.whose}, 10)::uuid end`,
      ),
    )
    .where(
      and(eq(budgets.workspaceId, workspaceId), or(eq(budgets.whose, "end-users"), like(budgets.whose, "end-user:%"))),
    )
    .orderBy(sql`${budgets.whose} <> 'end-users'`, budgets.whose, budgets.span)
    .limit(limit);
}
