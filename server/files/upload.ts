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

/** Who uploads, and how it is found out whether they may: `step` is one transaction in their workspace, and asks anew. */
export type Uploader = Viewer & {
  /** The key it is done with; null: in the browser. */
  keyId: string | null;
  actor: audit.Actor;
  step<T>(run: (db: Db, workspaceId: string) => Promise<T>): Promise<T>;
};

/** So many uploads at once in a process: with a bucket each holds a few megabytes. */
const mostAtOnce = 32;
let underWay = 0;

/**
 * Takes a file in: its bytes into the store as they come, checked on the way, then its row. Whatever goes wrong, no bytes
 * are left without a row and no row without its bytes: what cannot be put right at once is left for the job, which finds it
 * by the note made before the first byte.
 *
 * @throws UploadRefusal, UploaderGone, and whatever `step` throws
 */
export async function receiveUpload(incoming: IncomingMessage, uploader: Uploader): Promise<StoredFile> {
  return take(uploader, (into) => readUpload(incoming, into));
}

/**
 * Keeps a file that a program has sent in another request, like one that is uploaded.
 *
 * @param fields what a form would say of it
 * @throws as `receiveUpload` does
 */
export async function keepFile(
  { name, content, fields }: { name: string; content: Buffer; fields: Fields },
  uploader: Uploader,
): Promise<StoredFile> {
  return take(uploader, async (into) => ({ taken: await into(Readable.from([content]), name, fields), fields }));
}

/** What keeps a file's bytes as they come, with what is known of it then. */
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

/** `room`: how many bytes more there was room for when it began; null: any number. */
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
    // Given up by the job: an upload that was stopped for hours and goes on.
    if (!(await uploads.finish(db, workspaceId, id))) throw new UploadRefusal("stalled");
    const { keyId, userId, actor } = uploader;
    const kept = await add(db, workspaceId, { id, ...described, sha256, hours, uploadedBy: userId, keyId });
    // The file is among them: of two that end at once, the second has waited for the first in `add`.
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

/** The bytes of a file on their way into the store: counted, hashed and checked as they pass. */
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
      // Nothing that still comes can make it good.
      if (this.purpose && this.#check.isHopeless) this.end(this.purpose);
      yield chunk;
    }
  }

  /** What passed, for this purpose. Refuses what is no such file. */
  end(purpose: FilePurpose) {
    if (this.#bytes === 0) throw new UploadRefusal("empty");
    const { sampleType, samples, flaws } = this.#check.end(purpose);
    if (flaws.length > 0) throw new UploadRefusal("flawed", flaws);
    const hasLines = purpose !== "ocr";
    if (hasLines && samples === 0) throw new UploadRefusal("no_samples");
    return { bytes: this.#bytes, sha256: this.#hash.digest(), sampleType, lines: hasLines ? samples : null };
  }
}

/** Takes away what a failed upload has left, unless it became a file after all: a connection may be lost after a commit. */
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
  log.error({ err: error, id }, "a file could not be kept");
  return new UploadRefusal(error instanceof StoreFull ? "store_full" : "store_down", [], { cause: error });
}
