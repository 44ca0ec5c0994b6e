import { and, count, eq, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/people";
import { type PresetParameters, playgroundPresets as presets } from "@/db/schema/presets";
import { mostPresets } from "./input";

/** A preset as it is stored. */
export type Preset = { name: string; instructions: string; parameters: PresetParameters; tools: string };

const columns = {
  name: presets.name,
  instructions: presets.instructions,
  parameters: presets.parameters,
  tools: presets.tools,
};

/** Returns all presets of a workspace by name, each with the member who saved it last. */
export async function list(
  db: Db,
  workspaceId: string,
): Promise<(Preset & { id: string; makerName: string | null })[]> {
  return db
    .select({ id: presets.id, ...columns, makerName: users.name })
    .from(presets)
    .leftJoin(users, eq(users.id, presets.createdBy))
    .where(eq(presets.workspaceId, workspaceId))
    .orderBy(sql`lower(${presets.name}) collate "C"`)
    .limit(mostPresets);
}

/** Returns how many presets a workspace has besides one, and how many characters these have together. */
export async function size(
  db: Db,
  workspaceId: string,
  besides?: string,
): Promise<{ presets: number; characters: number }> {
  const characters = sql<number>`coalesce(sum(char_length(${presets.instructions}) + char_length(${presets.tools})), 0)::int`;
  const [row] = await db
    .select({ presets: count(), characters })
    .from(presets)
    .where(and(eq(presets.workspaceId, workspaceId), besides === undefined ? undefined : ne(presets.id, besides)));
  return row ?? { presets: 0, characters: 0 };
}

/** Returns a preset and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string): Promise<Preset | undefined> {
  const [row] = await db.select(columns).from(presets).where(one(workspaceId, id)).for("no key update");
  return row;
}

/** Adds a preset. Returns its id; undefined: there is already one with this name. */
export async function add(db: Db, workspaceId: string, preset: Preset, createdBy: string): Promise<string | undefined> {
  const [row] = await db
    .insert(presets)
    .values({ workspaceId, ...preset, createdBy })
    .onConflictDoNothing()
    .returning({ id: presets.id });
  return row?.id;
}

/** Checks whether another preset has this name. */
export async function isTaken(db: Db, workspaceId: string, id: string, name: string): Promise<boolean> {
  const [row] = await db
    .select({ id: presets.id })
    .from(presets)
    .where(
      and(
        eq(presets.workspaceId, workspaceId),
        sql`${presets.id} <> ${id}`,
        sql`lower(${presets.name}) collate "C" = lower(${name}) collate "C"`,
      ),
    );
  return row !== undefined;
}

/** Changes a preset, which then belongs to this person. */
export async function update(db: Db, workspaceId: string, id: string, preset: Preset, by: string): Promise<void> {
  await db
    .update(presets)
    .set({ ...preset, createdBy: by, updatedAt: sql`now()` })
    .where(one(workspaceId, id));
}

/** Deletes a preset. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.delete(presets).where(one(workspaceId, id));
}

const one = (workspaceId: string, id: string) => and(eq(presets.workspaceId, workspaceId), eq(presets.id, id));
