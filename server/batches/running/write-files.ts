import { createHash, randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { transaction } from "@/db/client";
import type { BatchEnding } from "@/db/schema/batches";
import * as files from "@/server/files/queries";
import { NoSuchObject, type Store } from "@/server/files/store";
import * as uploads from "@/server/files/uploads/queries";
import * as person from "@/server/membership/person/queries";
import { open as unseal } from "@/server/platform/sealed";
import { isFlaw, linesOf, readLine } from "../lines";
import type { Hold } from "./hold";
import { unsentLine } from "./output";
import * as running from "./queries";
import { sealedAs } from "./recorder";

export type FileStore = Pick<Store, "open" | "put">;

/** The most stored answers that are read at once, and the most bytes together; a longer answer is read by itself. */
const atOnce = { limit: 500, bytes: 2 * 1024 * 1024 };

/**
 * Writes the output file and the error file of a batch, each unless it exists or would be empty. Requests that were not
 * sent are in the error file.
 *
 * @throws StoreDown, StoreFull
 */
export async function writeFiles(hold: Hold, store: FileStore, ending: BatchEnding): Promise<void> {
  const { batch } = hold;
  const { workspaceId, id, total } = batch;
  if (batch.outputFileId === null) {
    const answers = keptLines(batch, false);
    await writeFile(hold, store, { name: `batch_${id}_output.jsonl`, type: "batch_result", lines: answers });
  }
  if (batch.errorFileId !== null) return;
  const done = new Set(await transaction("read", { workspaceId }, (db) => running.listDone(db, workspaceId, id)));
  const isAllSent = done.size >= total || ending === "completed";
  const lines = isAllSent
    ? keptLines(batch, true)
    : both(keptLines(batch, true), unsentLines(hold, store, done, ending));
  await writeFile(hold, store, { name: `batch_${id}_error.jsonl`, type: "batch_error", lines });
}

type Written = { name: string; type: "batch_result" | "batch_error"; lines: AsyncGenerator<string> };

async function writeFile(hold: Hold, store: FileStore, { name, type, lines }: Written): Promise<void> {
  const { workspaceId, createdBy, keyId, input, outputHours } = hold.batch;
  const first = await lines.next();
  if (first.done) return;
  const fileId = randomUUID();
  await transaction("write", { workspaceId }, (db) => uploads.begin(db, workspaceId, fileId));
  const content = new CountedLines(first.value, lines);
  await store.put(workspaceId, fileId, content);
  const kept = { filename: name, purpose: "batch_output", sampleType: type, ...content.end() } as const;
  await hold.write(async (db) => {
    const set = type === "batch_result" ? { outputFileId: fileId } : { errorFileId: fileId };
    // The file first, because the batch's row refers to it.
    if (!(await uploads.finish(db, workspaceId, fileId)))
      throw new Error("a file of a batch took too long to be written");
    // Members who may see the requests may see the answers.
    const { visibility } = input;
    // If another member shared the input file, the output belongs to the creator of the batch, who made the requests.
    const uploadedBy = visibility === "workspace" ? createdBy : input.uploadedBy;
    // The private files of a deleted account are deleted with it, also those written only now.
    const isOrphan = visibility === "user" && uploadedBy !== null && !(await person.hold(db, uploadedBy));
    const hours = isOrphan ? 0 : outputHours;
    await files.add(db, workspaceId, { id: fileId, ...kept, visibility, uploadedBy, keyId, hours });
    const status = await running.update(db, workspaceId, hold.batch, set);
    if (status === undefined) throw new Error("a batch was lost while its files were written");
    return status;
  });
}

/** Lines on their way to the store; counts and hashes them. */
class CountedLines implements AsyncIterable<Uint8Array> {
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #lines = 0;

  constructor(
    private readonly first: string,
    private readonly rest: AsyncGenerator<string>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield this.#count(this.first);
    for await (const line of this.rest) yield this.#count(line);
  }

  end() {
    return { bytes: this.#bytes, sha256: this.#hash.digest(), lines: this.#lines };
  }

  #count(line: string): Uint8Array {
    const bytes = Buffer.from(line);
    this.#bytes += bytes.length;
    this.#lines += 1;
    this.#hash.update(bytes);
    return bytes;
  }
}

async function* keptLines({ workspaceId, id }: running.ClaimedBatch, isError: boolean): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const rows = await transaction("read", { workspaceId }, (db) =>
      running.listLines(db, workspaceId, id, { isError, after, ...atOnce }),
    );
    for (const { line, sealed } of rows) {
      const text = unseal(sealedAs, sealed);
      if (!text) throw new Error("an answer of a batch was sealed with another secret");
      yield text.toString("utf8");
      after = line;
    }
    if (rows.length === 0) return;
  }
}

async function* unsentLines(
  { batch }: Hold,
  store: FileStore,
  done: ReadonlySet<number>,
  why: Exclude<BatchEnding, "completed">,
): AsyncGenerator<string> {
  let content: Readable;
  try {
    content = await store.open(batch.workspaceId, batch.inputFileId);
  } catch (error) {
    if (error instanceof NoSuchObject) return;
    throw error;
  }
  for await (const { line, text } of linesOf(content)) {
    if (done.has(line)) continue;
    const read = readLine(text, batch);
    if (!isFlaw(read)) yield unsentLine(batch.id, line, read.customId, why);
  }
}

async function* both(...parts: AsyncGenerator<string>[]): AsyncGenerator<string> {
  for (const part of parts) yield* part;
}
