import { transaction } from "@/db/client";
import * as footprints from "@/server/keys/footprint/queries";
import * as keys from "@/server/keys/queries";
import { log } from "@/server/platform/log";

const noted = new Map<string, number>();
const noteEveryMs = 60_000;
/** Uses within this time are written together, in milliseconds. */
const gatherMs = 100;
const used = new Map<string, keys.KeyUse[]>();

/**
 * Notes when a key was last used, by which program and from which address, exact to the minute. Neither does every
 * request cause a write, nor does any request wait for one.
 */
export function noteUse(workspaceId: string, id: string, client?: string, address?: string): void {
  const now = Date.now();
  if (now - (noted.get(id) ?? 0) < noteEveryMs) return;
  if (noted.size > 10_000) noted.clear();
  noted.set(id, now);
  const use = { id, client: client?.slice(0, 200) ?? null, address: address ?? null };
  if (used.size === 0) setTimeout(writeUses, gatherMs).unref();
  const ofWorkspace = used.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push(use);
  else used.set(workspaceId, [use]);
}

/** One workspace after the other, so that noting never takes more than one of the connections that requests need. */
async function writeUses(): Promise<void> {
  const gathered = [...used];
  used.clear();
  for (const [workspaceId, uses] of gathered) {
    await transaction("write", { workspaceId }, (db) => keys.touch(db, workspaceId, uses)).catch((error) => {
      for (const { id } of uses) noted.delete(id);
      log.warn({ err: error }, "the use of keys was not noted");
    });
  }
}

/** The user whose request it is; a person in the browser has no key. */
type User = { keyId: string | null; workspaceId: string };

type Marks = Record<footprints.Footprint["kind"], Map<string, number>>;

const footprintEveryMs = 60 * 60_000;
/** The most noted values per key and kind; the database keeps no more either. */
const mostMarks = 200;
const marks = new Map<string, Marks>();
const found = new Map<string, footprints.Footprint[]>();

/**
 * Notes which scope, model or address a request used, exact to the hour. No request waits for it, and most requests
 * cause no write.
 */
export function noteFootprint({ keyId, workspaceId }: User, kind: footprints.Footprint["kind"], value: string): void {
  if (keyId === null || value === "" || value.length > 256) return;
  const now = Date.now();
  const noted = marksOf(keyId)[kind];
  if (now - (noted.get(value) ?? 0) < footprintEveryMs) return;
  if (noted.size >= mostMarks && !noted.has(value)) return;
  noted.set(value, now);
  if (found.size === 0) setTimeout(writeFootprints, gatherMs).unref();
  const ofWorkspace = found.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push({ keyId, kind, value });
  else found.set(workspaceId, [{ keyId, kind, value }]);
}

function marksOf(keyId: string): Marks {
  const known = marks.get(keyId);
  if (known) return known;
  if (marks.size > 10_000) marks.clear();
  const made = { scope: new Map(), model: new Map(), address: new Map() };
  marks.set(keyId, made);
  return made;
}

async function writeFootprints(): Promise<void> {
  const gathered = [...found];
  found.clear();
  for (const [workspaceId, list] of gathered) {
    await transaction("write", { workspaceId }, (db) => footprints.note(db, workspaceId, list)).catch((error) => {
      for (const { keyId, kind, value } of list) marks.get(keyId)?.[kind].delete(value);
      log.warn({ err: error }, "the scopes, models and addresses that keys used could not be noted");
    });
  }
}
