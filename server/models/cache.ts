import { transaction } from "@/db/client";
import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { find, listAll, type UsableModel } from "./usable/queries";

/** How many models are remembered in all, however many workspaces they are of. */
const most = 100_000;

/** What is remembered of a workspace: its models one by one, or the whole list, which then answers for each. */
type Entry = {
  models: Map<string, UsableModel>;
  list: UsableModel[] | undefined;
  /** When something of it ends by itself. */
  endsAt: number;
};

const remembered = new Map<string, Entry>();
let count = 0;

onAnnouncement({ models: forget }, () => {
  remembered.clear();
  count = 0;
});

/**
 * Returns the model of this id that a workspace owns or that is shared with it; whom it is for is not looked at. It is remembered
 * until a change is announced, and believed only while announcements are certain to arrive (`isHearing`).
 *
 * @throws when the database has to be asked and cannot be
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
 * Returns all the models that a workspace owns and that are shared with it, the newest first: the same array until something
 * changes, while it is remembered.
 *
 * @throws when the database has to be asked and cannot be
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

/** Reads from the database, again when something changed meanwhile, so that no answer is older than a change that was announced. */
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
