import { lookUp, recall } from "@/server/keys/cache";
import { log } from "@/server/platform/log";

type End = (cause: "key" | "unchecked") => void;

const checkEveryMs = 2_000;
/** A key that nobody could vouch for this long has ended as far as a call under way is concerned. */
const trustMs = 3_000;

const watched = new Map<string, { ends: Set<End>; seenLive: number; isAsking: boolean }>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `end` within five seconds when the key of a call that is under way is revoked, disabled or expires, or cannot be
 * checked. Each key is looked at once however many calls it has. Returns what ends the watch.
 */
export function watchKey(keyId: string, end: End): () => void {
  const entry = watched.get(keyId) ?? { ends: new Set(), seenLive: performance.now(), isAsking: false };
  entry.ends.add(end);
  watched.set(keyId, entry);
  timer ??= setInterval(checkAll, checkEveryMs).unref();
  return () => {
    entry.ends.delete(end);
    if (entry.ends.size === 0 && watched.get(keyId) === entry) watched.delete(keyId);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function checkAll(): void {
  for (const [keyId, entry] of watched) {
    const endAll = (cause: "key" | "unchecked") => {
      for (const end of [...entry.ends]) end(cause);
    };
    if (recall(keyId)) {
      entry.seenLive = performance.now();
      continue;
    }
    if (performance.now() - entry.seenLive > trustMs) endAll("unchecked");
    if (entry.isAsking) continue;
    entry.isAsking = true;
    const asked = performance.now();
    lookUp(keyId)
      .then(
        (key) => {
          if (key?.isLive) entry.seenLive = asked;
          else endAll("key");
        },
        (error) => log.warn({ err: error }, "the key of a call under way could not be checked"),
      )
      .finally(() => {
        entry.isAsking = false;
      });
  }
}
