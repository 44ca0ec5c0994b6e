import type { Readable } from "node:stream";
import { transaction } from "@/db/client";
import type { BatchEnding, BatchError } from "@/db/schema/batches";
import { NoSuchObject, StoreDown, StoreFull } from "@/server/files/store";
import { ModelServerDown } from "@/server/model-servers/catalogue";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import { type BatchCaller, type LineDoor, NotNow } from "../door";
import { checkLines } from "./check-lines";
import { Hold } from "./hold";
import * as running from "./queries";
import { type SendingEnd, sendLines } from "./send-lines";
import { type FileStore, writeFiles } from "./write-files";

const longestWait = 60;

/**
 * What running a batch needs: the gateway, the file store, the signal that ends lines under way, and the signal that
 * other batches wait for its place: then no more of its lines are sent until its next turn.
 */
export type Surroundings = {
  door: LineDoor;
  store: FileStore;
  stopping: AbortSignal;
  cutting: AbortSignal;
  turn: AbortSignal;
};

/** Does the next steps of a batch that this instance has claimed, as far as possible, and releases it. Never throws. */
export async function advance(batch: running.ClaimedBatch, surroundings: Surroundings): Promise<void> {
  const hold = new Hold(batch, surroundings.stopping);
  try {
    await work(hold, surroundings);
  } catch (error) {
    await afterwards(hold, error).catch((failure) =>
      log.error({ err: failure, batch: batch.id }, "the claim of a batch could not be released"),
    );
  } finally {
    hold.end();
  }
}

async function work(hold: Hold, surroundings: Surroundings): Promise<void> {
  const { batch } = hold;
  let { status } = batch;
  if (status === "validating") {
    const begun = batch.msLeft <= 0 ? "expired" : await validate(hold, surroundings);
    if (begun === "expired") return endAs(hold, "expired", {});
    if (begun === undefined) return letGo(hold, surroundings);
    status = begun;
  }
  if (status === "in_progress") {
    const end: SendingEnd = batch.msLeft <= 0 ? { kind: "expired" } : await send(hold, surroundings);
    if (end.kind === "paused") return pause(hold, end);
    if (end.kind === "given_up") return letGo(hold, surroundings);
    return finalize(hold, surroundings, end);
  }
  if (status === "cancelling") return close(hold, surroundings, "cancelled");
  return close(hold, surroundings, batch.ending ?? "completed");
}

const callerOf = ({ workspaceId, createdBy, keyId }: running.ClaimedBatch): BatchCaller => ({
  ...{ workspaceId, keyId },
  memberId: createdBy,
});

/**
 * Checks the lines and returns the state of the batch afterwards; undefined when it has ended or this instance has
 * given it up.
 */
async function validate(hold: Hold, { door, store }: Surroundings) {
  const { batch } = hold;
  const caller = callerOf(batch);
  const loss = await door.findLoss(caller, batch.endpoint);
  if (loss) {
    await endAs(hold, "failed", { errors: [{ ...loss, line: null, param: null }] });
    return undefined;
  }
  const content = await openInput(hold, store);
  if (!content) {
    await endAs(hold, "failed", { errors: [inputIsGone] });
    return undefined;
  }
  const found = await checkLines(hold, content, door, caller).finally(() => content.destroy());
  if (!found) return undefined;
  if ("errors" in found) {
    await endAs(hold, "failed", { errors: found.errors });
    return undefined;
  }
  Object.assign(batch, found.checked);
  return hold.write((db) => running.begin(db, batch.workspaceId, batch, found.checked));
}

const inputIsGone: BatchError = {
  code: "file_not_found",
  message: "The input file is not there any more.",
  line: null,
  param: "input_file_id",
};

/** Returns the content of the batch's input file; undefined: it is not in the store. */
async function openInput({ batch }: Hold, store: FileStore): Promise<Readable | undefined> {
  try {
    return await store.open(batch.workspaceId, batch.inputFileId);
  } catch (error) {
    if (!(error instanceof NoSuchObject)) throw error;
    log.warn({ batch: batch.id, file: batch.inputFileId }, "a batch has failed: its input file is not in the store");
    return undefined;
  }
}

async function send(hold: Hold, { door, store, cutting, turn }: Surroundings): Promise<SendingEnd> {
  const { batch } = hold;
  const { workspaceId, id } = batch;
  const caller = callerOf(batch);
  const loss = await door.findLoss(caller, batch.endpoint);
  if (loss) return { kind: "stopped", loss };
  const usedUp = await door.findUsedUp(caller);
  if (usedUp) return { kind: "paused", ...usedUp };
  if (batch.waitingCode !== null)
    await hold.write((db) => running.update(db, workspaceId, batch, { waitingCode: null, waitingBecause: null }));
  const charged = new Set(
    await transaction("write", { workspaceId }, (db) => running.takeStock(db, workspaceId, batch)),
  );
  const done = new Set(await transaction("read", { workspaceId }, (db) => running.listDone(db, workspaceId, id)));
  const content = await openInput(hold, store);
  if (!content) return { kind: "stopped", loss: inputIsGone };
  const { BATCH_CONCURRENCY: concurrency } = env();
  const onTurnOver = () => hold.giveUp("turn_over");
  turn.addEventListener("abort", onTurnOver, { once: true });
  if (turn.aborted) onTurnOver();
  return sendLines({ hold, content, done, charged, door, caller, concurrency, stopping: cutting });
}

function pause(hold: Hold, { seconds, code, message }: Extract<SendingEnd, { kind: "paused" }>): Promise<void> {
  return release(hold, Math.min(seconds, longestWait), { waitingCode: code, waitingBecause: message });
}

async function finalize(
  hold: Hold,
  surroundings: Surroundings,
  end: Extract<SendingEnd, { kind: "done" | "expired" | "stopped" }>,
): Promise<void> {
  const { batch } = hold;
  const ending = ({ done: "completed", expired: "expired", stopped: "failed" } as const)[end.kind];
  const errors: BatchError[] | null = end.kind === "stopped" ? [{ line: null, param: null, ...end.loss }] : null;
  const status = await hold.write((db) => running.finalize(db, batch.workspaceId, batch, { ending, errors }));
  if (status === "cancelling") return close(hold, surroundings, "cancelled");
  if (status === "finalizing") return close(hold, surroundings, ending);
}

/** Writes the output files and ends the batch. */
async function close(hold: Hold, { store }: Surroundings, ending: BatchEnding): Promise<void> {
  if (hold.batch.total > 0) await writeFiles(hold, store, ending);
  await endAs(hold, ending, {});
}

async function endAs(hold: Hold, status: BatchEnding, set: { errors?: BatchError[] }): Promise<void> {
  const { batch } = hold;
  await transaction("write", { workspaceId: batch.workspaceId }, (db) =>
    running.end(db, batch.workspaceId, batch, { status, ...set }),
  );
}

/** Ends a cancelled batch; releases one that this instance cannot continue, so that another instance can. */
async function letGo(hold: Hold, surroundings: Surroundings): Promise<void> {
  if (hold.why === "cancelled") return close(hold, surroundings, "cancelled");
  if (hold.why === "stopping" || hold.why === "turn_over") return release(hold, 0, {});
}

/** Releases a batch after an error. It is tried again until it expires. */
async function afterwards(hold: Hold, error: unknown): Promise<void> {
  if (hold.why === "lost") return;
  const { batch } = hold;
  const waiting = reasonOf(error);
  if (waiting === unknown) log.error({ err: error, batch: batch.id }, "a batch could not be worked on");
  else log.warn({ err: error, batch: batch.id, attempts: batch.attempts }, "a batch has to wait");
  const seconds = (error instanceof NotNow ? error.seconds : undefined) ?? 2 ** Math.min(batch.attempts, 6);
  await release(hold, Math.min(longestWait, seconds), {
    ...waiting,
    attempts: batch.attempts + 1,
  });
}

const unknown = { waitingCode: "unavailable", waitingBecause: "Something went wrong. It has been logged." };

function reasonOf(error: unknown) {
  if (error instanceof NotNow) return { waitingCode: error.code, waitingBecause: error.message };
  if (error instanceof ModelServerDown)
    return { waitingCode: "model_server_down", waitingBecause: "The model server does not answer." };
  if (error instanceof StoreDown || error instanceof StoreFull)
    return { waitingCode: "files_unavailable", waitingBecause: "Files cannot be read or written just now." };
  return unknown;
}

function release(
  { batch }: Hold,
  seconds: number,
  set: { waitingCode?: string; waitingBecause?: string; attempts?: number },
): Promise<void> {
  return transaction("write", { workspaceId: batch.workspaceId }, (db) =>
    running.release(db, batch.workspaceId, batch, { seconds, ...set }),
  );
}
