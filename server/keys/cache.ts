import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { byId, type KeptKey } from "./queries";

const most = 20_000;

const remembered = new Map<string, { key: KeptKey; endsAt: number }>();
const asking = new Map<string, Promise<KeptKey | undefined>>();

onAnnouncement({ key: forget, workspace: forgetWorkspace }, forgetAll);

/**
 * Returns a live key from memory, or undefined when the database has to be asked. Remembered keys are only used while
 * this instance is certain to hear of changes.
 */
export function recall(id: string): KeptKey | undefined {
  if (!isHearing()) return undefined;
  const found = remembered.get(id);
  if (found === undefined) return undefined;
  if (performance.now() < found.endsAt) return found.key;
  remembered.delete(id);
  return undefined;
}

/**
 * Reads a key from the database and remembers it if it is live. Simultaneous requests for one key share a statement.
 * When the key changes meanwhile it is read again, so the answer is never older than an announced change.
 */
export function lookUp(id: string): Promise<KeptKey | undefined> {
  if (!isHearing()) return byId(id);
  const underWay = asking.get(id);
  if (underWay !== undefined) return underWay;
  const asked = performance.now();
  const answer: Promise<KeptKey | undefined> = byId(id).then(
    (key) => {
      if (asking.get(id) !== answer) return lookUp(id);
      asking.delete(id);
      if (key?.isLive) remember(id, key, key.msLeft === null ? Number.POSITIVE_INFINITY : asked + key.msLeft);
      return key;
    },
    (error) => {
      if (asking.get(id) === answer) asking.delete(id);
      throw error;
    },
  );
  asking.set(id, answer);
  return answer;
}

function remember(id: string, key: KeptKey, endsAt: number): void {
  if (remembered.size >= most)
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  remembered.set(id, { key, endsAt });
}

function forget(id: string): void {
  remembered.delete(id);
  asking.delete(id);
}

/**
 * Forgets all keys of a workspace that was deleted or restored. For keys that are being read it is not known yet to
 * which workspace they belong, so all of these are read again.
 */
function forgetWorkspace(workspaceId: string): void {
  for (const [id, { key }] of remembered) if (key.workspaceId === workspaceId) remembered.delete(id);
  asking.clear();
}

/** Forgets all keys. Reads that are under way are repeated, since their answers may be outdated. */
function forgetAll(): void {
  remembered.clear();
  asking.clear();
}
