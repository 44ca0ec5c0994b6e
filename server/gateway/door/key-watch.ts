import { lookUp, recall } from "@/server/keys/cache";
import type { KeptKey } from "@/server/keys/queries";
import { InFlight } from "@/server/platform/in-flight";
import { log } from "@/server/platform/log";

type End = (cause: "key" | "unchecked") => void;

type May = (key: KeptKey) => boolean;

const checkEveryMs = 1_000;
/** A call under way is ended when its key could not be checked for this long, in milliseconds. */
const trustMs = 3_000;

const watched = new Map<string, { calls: InFlight<{ may: May; end: End }>; seenLive: number; isAsking: boolean }>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `end` within two seconds when the key of a call under way is revoked, disabled or expired, or when `may`
 * returns false for it: it has lost a scope, a model or an address, or its maker's role has changed. Calls it within
 * five seconds when the key cannot be checked. Each key is read once, however many calls use it. Returns a function
 * that ends the watch.
 */
export function watchKey(keyId: string, may: May, end: End): () => void {
  const entry = watched.get(keyId) ?? {
    calls: new InFlight<{ may: May; end: End }>(),
    seenLive: performance.now(),
    isAsking: false,
  };
  const place = entry.calls.add({ may, end });
  watched.set(keyId, entry);
  timer ??= setInterval(checkAll, checkEveryMs).unref();
  return () => {
    entry.calls.remove(place);
    if (entry.calls.size === 0 && watched.get(keyId) === entry) watched.delete(keyId);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function checkAll(): void {
  for (const [keyId, entry] of watched) {
    const endAll = (cause: "key" | "unchecked") => {
      for (const { end } of entry.calls) end(cause);
    };
    const judge = (key: KeptKey) => {
      for (const { may, end } of entry.calls) if (!may(key)) end("key");
    };
    const known = recall(keyId);
    if (known) {
      entry.seenLive = performance.now();
      judge(known);
      continue;
    }
    if (performance.now() - entry.seenLive > trustMs) endAll("unchecked");
    if (entry.isAsking) continue;
    entry.isAsking = true;
    const asked = performance.now();
    lookUp(keyId)
      .then(
        (key) => {
          if (!key?.isLive) return endAll("key");
          entry.seenLive = asked;
          judge(key);
        },
        (error) => log.warn({ err: error }, "the key of a call under way could not be checked"),
      )
      .finally(() => {
        entry.isAsking = false;
      });
  }
}
