import { randomUUID } from "node:crypto";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { byId, type KeptKey, onKeyChange, publishKeyEvent } from "./queries";

const most = 20_000;
/** How long after a sign that every change is being heard the memory may still be believed. */
const trustMs = 1_000;
const askEveryMs = 300;
/** Without a request for this long nothing is asked, and nothing believed. */
const idleAfterMs = 5_000;

const remembered = new Map<string, { key: KeptKey; endsAt: number }>();
const asking = new Map<string, Promise<KeptKey | undefined>>();
/** What else is remembered on the strength of the same signs: which models a workspace may use. */
let modelMemory: ModelMemory | undefined;
let trustedUntil = 0;
let lastUsed = Number.NEGATIVE_INFINITY;

/**
 * Returns a live key from memory, or undefined when the database has to be asked. Memory is believed only while it is certain
 * that changes arrive: at most a second after the last sign of that, so that a listener that is down, a connection that
 * is dead without knowing it, or a pooler that swallows notifications, means asking the database again.
 */
export function recall(id: string): KeptKey | undefined {
  const now = performance.now();
  lastUsed = now;
  if (now >= trustedUntil) return undefined;
  const found = remembered.get(id);
  if (found === undefined) return undefined;
  if (now < found.endsAt) return found.key;
  remembered.delete(id);
  return undefined;
}

/**
 * Reads the key from the database, and caches it when it is live. Simultaneous requests share one statement. A key that
 * changes meanwhile is read again, so that no answer is older than a change that was announced.
 */
export function lookUp(id: string): Promise<KeptKey | undefined> {
  if (performance.now() >= trustedUntil) return byId(id);
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

/** A memory of the models of workspaces: told which workspace's have changed, or that anything may have. */
export type ModelMemory = { forget(workspaceId: string): void; forgetAll(): void };

/** Has a memory told of every change of models, as this one is of keys. */
export function tellOfModels(memory: ModelMemory): void {
  modelMemory = memory;
}

/** Checks whether it is certain just now that changes arrive, so that what is remembered may be believed. */
export function isHearing(): boolean {
  const now = performance.now();
  lastUsed = now;
  return now < trustedUntil;
}

/** Keeps the memory true: listens for changes, and asks again and again for a sign that they arrive. */
export function watchKeys(): Job {
  const self = randomUUID();
  let asked = { sign: "", at: 0 };
  let unlisten: (() => Promise<void>) | undefined;
  const heard = (text: string) => {
    if (text === asked.sign) trustedUntil = asked.at + trustMs;
    else if (text.startsWith(ofModels)) modelMemory?.forget(text.slice(ofModels.length));
    else if (text.startsWith(ofWorkspace)) forgetWorkspace(text.slice(ofWorkspace.length));
    else forget(text);
  };
  const job = repeat(
    askEveryMs,
    async () => {
      unlisten ??= await onKeyChange(heard, forgetAll);
      if (performance.now() - lastUsed > idleAfterMs) return;
      // Said on another connection than it is heard on; what was committed before is heard before.
      asked = { sign: `${self} ${randomUUID()}`, at: performance.now() };
      await publishKeyEvent(asked.sign);
    },
    (error) => log.warn({ err: error }, "cannot listen for changes of keys; the database is asked each time"),
  );
  return {
    async stop() {
      await job.stop();
      forgetAll();
      await unlisten?.().catch(() => {});
    },
  };
}

/** What a change of models is said with; the workspace's id follows (db/sql/functions/announce_models.sql). */
const ofModels = "models ";

/** That a workspace was deleted or restored, with all its keys (db/sql/functions/announce_keys_of_workspace.sql). */
const ofWorkspace = "workspace ";

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

/** Drops a workspace's keys. Lookups under way, whose workspace is not known yet, are repeated. */
function forgetWorkspace(workspaceId: string): void {
  for (const [id, { key }] of remembered) if (key.workspaceId === workspaceId) remembered.delete(id);
  asking.clear();
}

/** Drops all keys. Lookups under way are repeated, since their answers may be from before. */
function forgetAll(): void {
  trustedUntil = 0;
  remembered.clear();
  asking.clear();
  modelMemory?.forgetAll();
}
