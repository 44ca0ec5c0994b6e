import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { type Db, transaction } from "@/db/client";
import type { FilePurpose } from "@/db/schema/files";
import { charge } from "@/server/api/charge";
import * as audit from "@/server/audit/queries";
import { log } from "@/server/platform/log";
import { limits } from "@/server/platform/throttling/limits";
import { JsonlCheck } from "./jsonl";
import { type Fields, readUpload } from "./multipart";
import { add, roomLeft, type StoredFile, type Viewer } from "./queries";
import { UploadRefusal } from "./refusal";
import { store } from "./storage";
import { type Bytes, StoreDown, StoreFull } from "./store";
import { purposeSoFar, readFields, shownName } from "./upload-fields";
import * as uploads from "./uploads/queries";

/**
 * The uploader, and how their permission is checked: `step` is one transaction in their workspace and checks it again.
 */
export type Uploader = Viewer & {
  /** The key of the request; null: in the browser. */
  keyId: string | null;
  actor: audit.Actor;
  step<T>(run: (db: Db, workspaceId: string) => Promise<T>): Promise<T>;
};

/** The most uploads at the same time in a process: with a bucket, each holds a few megabytes in memory. */
const mostAtOnce = 32;
let underWay = 0;

/**
 * Receives a file: writes its bytes to the store while checking them, then inserts its row. After any failure there are
 * no bytes without a row and no row without bytes: what cannot be cleaned up at once is left to the job, which finds it
 * by the row inserted before the first byte.
 *
 * @throws UploadRefusal, UploaderGone, and errors of `step`
 */
export async function receiveUpload(incoming: IncomingMessage, uploader: Uploader): Promise<StoredFile> {
  return take(uploader, (into) => readUpload(incoming, into));
}

/**
 * Stores a file that a program has sent in another kind of request, like an uploaded one.
 *
 * @param fields the fields that a form would have
 * @throws like `receiveUpload`
 */
export async function keepFile(
  { name, content, fields }: { name: string; content: Buffer; fields: Fields },
  uploader: Uploader,
): Promise<StoredFile> {
  return take(uploader, async (into) => ({ taken: await into(Readable.from([content]), name, fields), fields }));
}

/** Stores a file's bytes as they arrive; it gets the fields received so far. */
type Into<T> = (file: Readable, name: string, soFar: Fields) => Promise<T>;
type Taken = { name: string; passed: InspectedUpload };
type Source = (into: Into<Taken>) => Promise<{ taken: Taken; fields: Fields }>;

async function take(uploader: Uploader, source: Source): Promise<StoredFile> {
  if (underWay >= mostAtOnce) throw new UploadRefusal("busy");
  underWay += 1;
  try {
    const id = randomUUID();
    const place = await uploader.step(async (db, workspaceId) => {
      await charge(db, limits.uploadsPerWorkspace, workspaceId);
      const room = await roomLeft(db, workspaceId);
      if (room !== null && room <= 0) throw new UploadRefusal("workspace_full");
      await uploads.begin(db, workspaceId, id);
      return { workspaceId, id, room };
    });
    const { workspaceId } = place;
    try {
      return await receive(source, uploader, place);
    } catch (error) {
      await clearUp(workspaceId, id);
      throw refusalFor(error, id);
    }
  } finally {
    underWay -= 1;
  }
}

/** `room`: how many more bytes the workspace had room for when the upload began; null: no limit. */
type Place = { workspaceId: string; id: string; room: number | null };

async function receive(source: Source, uploader: Uploader, { workspaceId, id, room }: Place): Promise<StoredFile> {
  const { taken, fields } = await source(async (file, name, soFar) => {
    const passed = new InspectedUpload(file, purposeSoFar(soFar), room);
    await store().put(workspaceId, id, passed);
    return { name, passed };
  });
  const { purpose, visibility, hours } = readFields(fields);
  if (visibility === "user" && uploader.userId === null) throw new UploadRefusal("no_person");
  const { bytes, sha256, sampleType, lines } = taken.passed.end(purpose);
  const described = { filename: shownName(taken.name), bytes, purpose, sampleType, lines, visibility };
  return uploader.step(async (db) => {
    // The job has given this upload up, because it paused for hours before it continued.
    if (!(await uploads.finish(db, workspaceId, id))) throw new UploadRefusal("stalled");
    const { keyId, userId, actor } = uploader;
    const kept = await add(db, workspaceId, { id, ...described, sha256, hours, uploadedBy: userId, keyId });
    // The file is counted already: of two uploads that end together, the second has waited for the first in `add`.
    const left = await roomLeft(db, workspaceId);
    if (left !== null && left < 0) throw new UploadRefusal("workspace_full");
    await audit.record(db, workspaceId, actor, {
      action: "file.uploaded",
      target: { type: "file", id },
      after: { ...described, sha256: sha256.toString("hex"), expiresAt: kept.expiresAt, ...(keyId ? { keyId } : {}) },
    });
    return kept;
  });
}

/** The bytes of a file on their way to the store; counts, hashes and checks them. */
class InspectedUpload implements AsyncIterable<Bytes> {
  readonly #hash = createHash("sha256");
  readonly #check: JsonlCheck;
  #bytes = 0;
  constructor(
    private readonly file: Readable,
    private readonly purpose: FilePurpose | undefined,
    private readonly room: number | null,
  ) {
    this.#check = new JsonlCheck(purpose);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Bytes> {
    for await (const chunk of this.file as AsyncIterable<Buffer>) {
      this.#bytes += chunk.length;
      if (this.room !== null && this.#bytes > this.room) throw new UploadRefusal("workspace_full");
      this.#hash.update(chunk);
      await this.#check.take(chunk);
      // The rest of the file cannot make it valid any more.
      if (this.purpose && this.#check.isHopeless) this.end(this.purpose);
      yield chunk;
    }
  }

  /** Returns the result of the check for this purpose. Refuses an invalid file. */
  end(purpose: FilePurpose) {
    if (this.#bytes === 0) throw new UploadRefusal("empty");
    const { sampleType, samples, flaws } = this.#check.end(purpose);
    if (flaws.length > 0) throw new UploadRefusal("flawed", flaws);
    const hasLines = purpose !== "ocr";
    if (hasLines && samples === 0) throw new UploadRefusal("no_samples");
    return { bytes: this.#bytes, sha256: this.#hash.digest(), sampleType, lines: hasLines ? samples : null };
  }
}

/** Removes what a failed upload has left, unless it has become a file: a connection can be lost after a commit. */
async function clearUp(workspaceId: string, id: string): Promise<void> {
  try {
    if (!(await transaction("write", { workspaceId }, (db) => uploads.abandon(db, workspaceId, id)))) return;
    await store().erase(workspaceId, id);
    await transaction("write", { workspaceId }, (db) => uploads.forget(db, workspaceId, id));
  } catch (error) {
    log.warn({ err: error, workspaceId, id }, "the remains of a failed upload will be deleted later");
  }
}

function refusalFor(error: unknown, id: string): unknown {
  if (!(error instanceof StoreDown || error instanceof StoreFull)) return error;
  log.error({ err: error, id }, "a file could not be stored");
  return new UploadRefusal(error instanceof StoreFull ? "store_full" : "store_down", [], { cause: error });
}
