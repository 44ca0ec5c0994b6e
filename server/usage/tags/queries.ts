import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets, limitRaises } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { usageTags } from "@/db/schema/tags";
import { workspaces } from "@/db/schema/workspaces";
import { mostTags, type Tagging } from "./carried";

/** Returns the declared tags of a workspace by name, with when they were declared and by whom. */
export async function list(
  db: Db,
  workspaceId: string,
): Promise<{ name: string; createdAt: Date; makerName: string | null }[]> {
  return db
    .select({ name: usageTags.name, createdAt: usageTags.createdAt, makerName: users.name })
    .from(usageTags)
    .leftJoin(users, eq(users.id, usageTags.createdBy))
    .where(eq(usageTags.workspaceId, workspaceId))
    .orderBy(asc(sql`${usageTags.name} collate "C"`))
    .limit(mostTags);
}

/** Returns the names of a workspace's declared tags, in order. */
export async function names(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ name: usageTags.name })
    .from(usageTags)
    .where(eq(usageTags.workspaceId, workspaceId))
    .orderBy(asc(sql`${usageTags.name} collate "C"`))
    .limit(mostTags);
  return rows.map(({ name }) => name);
}

/** Returns how many tags a workspace has declared. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(usageTags).where(eq(usageTags.workspaceId, workspaceId));
  return row?.n ?? 0;
}

/** Declares a tag. Returns false when it is declared already. */
export async function declare(db: Db, workspaceId: string, name: string, createdBy: string): Promise<boolean> {
  const rows = await db
    .insert(usageTags)
    .values({ workspaceId, name, createdBy })
    .onConflictDoNothing()
    .returning({ name: usageTags.name });
  return rows.length > 0;
}

/** Removes a declared tag and its limits. Returns false when it is not declared. */
export async function remove(db: Db, workspaceId: string, name: string): Promise<boolean> {
  const rows = await db
    .delete(usageTags)
    .where(and(eq(usageTags.workspaceId, workspaceId), eq(usageTags.name, name)))
    .returning({ name: usageTags.name });
  const whose = `tag:${name}`;
  await db.delete(budgets).where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.whose, whose)));
  await db.delete(limitRaises).where(and(eq(limitRaises.workspaceId, workspaceId), eq(limitRaises.whose, whose)));
  return rows.length > 0;
}

/** Returns what happens to requests with an undeclared tag. */
export async function undeclared(db: Db, workspaceId: string): Promise<Tagging["undeclared"]> {
  const [row] = await db
    .select({ undeclared: workspaces.undeclaredTags })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.undeclared ?? "refuse";
}

/** Sets what happens to requests with an undeclared tag. */
export async function setUndeclared(db: Db, workspaceId: string, undeclaredTags: Tagging["undeclared"]): Promise<void> {
  await db.update(workspaces).set({ undeclaredTags }).where(eq(workspaces.id, workspaceId));
}
