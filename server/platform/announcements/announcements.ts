import { randomUUID } from "node:crypto";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { announce, listen } from "./queries";

/**
 * The first word of an announcement; the rest of the text follows after a space.
 * - "models", "routes", "limits", "workspace": the workspace with this id has changed in this respect.
 * - "recall": other instances must return their leases. Then come the workspace's id and the counter, or only the id
 * for all of its counters.
 * - "providers", "prices", "retirements", "appearance", "mail": these have changed on the whole instance.
 * A text of one word is the id of a changed key and has the topic "key". `db/sql/functions/announce_*.sql` send the
 * announcements.
 */
export type Topic =
  | "key"
  | "models"
  | "routes"
  | "limits"
  | "workspace"
  | "recall"
  | "providers"
  | "prices"
  | "retirements"
  | "appearance"
  | "mail";

/** How long cached data may be used after the last proof that announcements arrive, in milliseconds. */
const trustMs = 1_000;
const askEveryMs = 300;
/** After this time without a request, no proof is asked for, and cached data is not used. */
const idleAfterMs = 5_000;

const listeners = new Map<Topic, ((text: string) => void)[]>();
const whenMissed: (() => void)[] = [];
let trustedUntil = 0;
let lastUsed = Number.NEGATIVE_INFINITY;

/**
 * Registers a cache's listeners: one for each topic, and `onMissed`, which is called when announcements may have been
 * missed and the whole cache may be out of date. A topic can have several listeners: keys and kept responses are both
 * forgotten with their workspace.
 */
export function onAnnouncement(
  topics: Partial<Record<Topic, (text: string) => void>>,
  onMissed: () => void = () => {},
): void {
  for (const [topic, listener] of Object.entries(topics) as [Topic, (text: string) => void][])
    listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
  whenMissed.push(onMissed);
}

/**
 * Checks whether announcements certainly arrive at the moment, so that cached data may be used: for at most a second
 * after the last proof. If the listener is down, the connection is dead without notice, or a pooler drops
 * notifications, the result is false and the caller asks the database each time.
 */
export function isHearing(): boolean {
  const now = performance.now();
  lastUsed = now;
  return now < trustedUntil;
}

/** Listens to announcements, and sends itself an announcement again and again to prove that they arrive. */
export function watchAnnouncements(): Job {
  const self = randomUUID();
  let asked = { sign: "", at: 0 };
  let unlisten: (() => Promise<void>) | undefined;
  const heard = (text: string) => {
    if (text === asked.sign) trustedUntil = asked.at + trustMs;
    else dispatch(text);
  };
  const job = repeat(
    "announcements: listen",
    askEveryMs,
    async () => {
      unlisten ??= await listen(heard, distrust);
      if (performance.now() - lastUsed > idleAfterMs) return;
      // The sign is sent on another connection than the listener's. Announcements of earlier commits arrive before it.
      asked = { sign: `sign ${self} ${randomUUID()}`, at: performance.now() };
      await announce(asked.sign);
    },
    (error) => log.warn({ err: error }, "cannot listen for changes; the database is asked each time"),
  );
  return {
    async stop() {
      await job.stop();
      distrust();
      await unlisten?.().catch(() => {});
    },
  };
}

function dispatch(text: string): void {
  const end = text.indexOf(" ");
  const [topic, rest] = end < 0 ? (["key", text] as const) : [text.slice(0, end) as Topic, text.slice(end + 1)];
  for (const listener of listeners.get(topic) ?? []) listener(rest);
}

function distrust(): void {
  trustedUntil = 0;
  for (const forget of whenMissed) forget();
}
