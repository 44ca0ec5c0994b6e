import { randomUUID } from "node:crypto";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { announce, listen } from "./queries";

/**
 * What a text announces, by its first word; the rest follows after a space. "models", "routes", "limits" and "workspace": that something of the
 * workspace with this id changed; "recall": that what others may have leased is lacking, with the workspace's id and the counter, or all of its counters; "providers", "prices", "retirements", "appearance", "mail": that these changed. A
 * text of one word is the id of a key that changed, and has the topic "key". `db/sql/functions/announce_*.sql` say them.
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

/** How long after a sign that every announcement is being heard what is remembered may still be believed. */
const trustMs = 1_000;
const askEveryMs = 300;
/** Without a request for this long nothing is asked, and nothing believed. */
const idleAfterMs = 5_000;

const listeners = new Map<Topic, ((text: string) => void)[]>();
const whenMissed: (() => void)[] = [];
let trustedUntil = 0;
let lastUsed = Number.NEGATIVE_INFINITY;

/**
 * Has a memory told of changes by topic, and that announcements may have been missed: then nothing that it remembers is certain. A topic may have
 * several listeners: keys and kept responses are both forgotten with their workspace.
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
 * Checks whether it is certain just now that announcements arrive, so that what is remembered may be believed: at most a second
 * after the last sign of
 * that. A listener that is down, a connection that is dead without knowing it, or a pooler that swallows notifications, means asking the
 * database each time.
 */
export function isHearing(): boolean {
  const now = performance.now();
  lastUsed = now;
  return now < trustedUntil;
}

/** Listens to announcements, and asks again and again for a sign that they arrive. */
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
      // Said on another connection than it is heard on; what was committed before is heard before.
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
