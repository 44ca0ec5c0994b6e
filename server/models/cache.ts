import { transaction } from "@/db/client";
import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { find, listAll, type UsableModel } from "./usable/queries";

/** How many models are cached in total, over all workspaces. */
const most = 100_000;

/** The cached models of a workspace: some by id, or the whole list, which then answers for every id. */
type Entry = {
  models: Map<string, UsableModel>;
  list: UsableModel[] | undefined;
  /** The time at which a part of it expires by itself. */
  endsAt: number;
};

const remembered = new Map<string, Entry>();
let count = 0;

onAnnouncement({ models: forget }, () => {
  remembered.clear();
  count = 0;
});

/**
 * Returns the model with this id that a workspace owns or that is shared with it; its audience is not checked. It is
 * cached until a change is announced, and the cache is used only while announcements certainly arrive (`isHearing`).
 *
 * @throws (rejects) when the database must be asked and the query fails
 */
export async function usableModel(workspaceId: string, id: string): Promise<UsableModel | undefined> {
  const entry = recallEntry(workspaceId);
  const known = entry?.models.get(id);
  if (known || entry?.list) return known;
  return ask(
    workspaceId,
    (db) => find(db, workspaceId, id),
    (into, model) => {
      if (model) add(into, [model]);
    },
  );
}

/**
 * Returns all models that a workspace owns or that are shared with it, the newest first: the same array until something
 * changes, while it is cached.
 *
 * @throws (rejects) when the database must be asked and the query fails
 */
export async function usableModels(workspaceId: string): Promise<UsableModel[]> {
  const list = recallEntry(workspaceId)?.list;
  if (list) return list;
  return ask(
    workspaceId,
    (db) => listAll(db, workspaceId),
    (into, all) => {
      add(into, all);
      into.list = all;
    },
  );
}

type Asked<T> = Parameters<typeof transaction<T>>[2];

/**
 * Reads from the database, and again if a change was announced meanwhile, so that an answer is never older than an
 * announced change.
 */
async function ask<T>(workspaceId: string, run: Asked<T>, keep: (into: Entry, found: T) => void): Promise<T> {
  for (let attempts = 0; ; attempts++) {
    if (!isHearing() || attempts === 5) return transaction("read", { workspaceId }, run);
    const entry = entryOf(workspaceId);
    const asked = performance.now();
    const found = await transaction("read", { workspaceId }, run);
    if (remembered.get(workspaceId) !== entry) continue;
    const left = [found].flat().map((model) => (model as UsableModel | undefined)?.msLeft ?? Number.POSITIVE_INFINITY);
    entry.endsAt = left.reduce((earliest, ms) => Math.min(earliest, asked + ms), entry.endsAt);
    keep(entry, found);
    return found;
  }
}

function recallEntry(workspaceId: string): Entry | undefined {
  if (!isHearing()) return undefined;
  const entry = remembered.get(workspaceId);
  if (entry && performance.now() >= entry.endsAt) {
    forget(workspaceId);
    return undefined;
  }
  return entry;
}

function entryOf(workspaceId: string): Entry {
  const entry = remembered.get(workspaceId) ?? { models: new Map(), list: undefined, endsAt: Number.POSITIVE_INFINITY };
  remembered.set(workspaceId, entry);
  for (const oldest of remembered.keys()) {
    if (count < most && remembered.size < most) break;
    if (oldest !== workspaceId) forget(oldest);
  }
  return entry;
}

function add(entry: Entry, models: UsableModel[]): void {
  const before = entry.models.size;
  for (const model of models) entry.models.set(model.id, model);
  count += entry.models.size - before;
}

function forget(workspaceId: string): void {
  count -= remembered.get(workspaceId)?.models.size ?? 0;
  remembered.delete(workspaceId);
}
