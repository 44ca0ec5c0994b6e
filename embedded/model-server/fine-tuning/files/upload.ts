import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import Busboy, { type BusboyFileStream, type BusboyHeaders } from "@fastify/busboy";
import { ApiError, invalidRequest } from "../../http/api-error";
import type { FileStore, StoredFile } from "./store";

/** The size of the largest file that is accepted. */
const mostBytes = 512 * 1024 * 1024;
const headBytes = 64 * 1024;

/**
 * Receives `multipart/form-data` with a `file` and its `purpose`, and stores the file. It is written to the disk as it
 * arrives, as fast as the disk allows. Refuses with 422 other purposes, an empty file and a missing one, with 413 more
 * than 512 MB, and with 507 when the disk is full. A refused or incomplete upload leaves nothing behind.
 */
export async function receiveFile(request: IncomingMessage, store: FileStore): Promise<StoredFile> {
  const id = randomUUID();
  const part = store.partOf(id);
  const ending = new AbortController();
  const saving: Promise<Omit<StoredFile, "id" | "visibility">>[] = [];
  const fields = new Map<string, string>();
  try {
    await parseForm(request, {
      onFile(stream, filename, mimetype) {
        const saved = save(stream, part, ending.signal).then((meter) => ({ ...meter, filename, mimetype }));
        saving.push(saved);
        return saved;
      },
      onField: (name, value) => fields.set(name, value),
    });
    const [saved] = await Promise.all(saving);
    if (!saved) throw missing("file");
    refusePurpose(fields.get("purpose"));
    if (saved.bytes === 0) throw invalid("file", "The file is empty");
    const visibility = fields.get("visibility") === "user" ? "user" : "workspace";
    const file: StoredFile = { id, ...saved, visibility };
    await store.keep(file);
    return file;
  } catch (error) {
    ending.abort();
    await Promise.allSettled(saving);
    await rm(part, { force: true });
    throw isFull(error)
      ? new ApiError(507, "server_error", "There is no space left on the model server's disk")
      : error;
  }
}

function refusePurpose(purpose = "fine-tune"): void {
  if (purpose !== "fine-tune") throw invalid("purpose", "This server takes files to fine-tune with only");
}

interface FormListener {
  /** Called for the first file only. If its promise rejects, the whole upload fails. */
  onFile(stream: BusboyFileStream, filename: string, mimetype: string | null): Promise<unknown>;
  onField(name: string, value: string): void;
}

function parseForm(request: IncomingMessage, listener: FormListener): Promise<void> {
  if (!/^multipart\/form-data\s*;/i.test(request.headers["content-type"] ?? "")) throw missing("file");
  if (Number(request.headers["content-length"] ?? 0) > mostBytes + headBytes) throw tooLarge();
  const form = Busboy({
    headers: request.headers as BusboyHeaders,
    limits: {
      files: 1,
      fileSize: mostBytes,
      fields: 32,
      fieldSize: 4_096,
      parts: 64,
      headerPairs: 32,
      headerSize: 8_192,
    },
  });
  return new Promise<void>((resolve, reject) => {
    form.on("file", (name, stream, filename = "", _encoding, mimetype) => {
      stream.on("error", reject);
      if (name !== "file") return stream.resume();
      listener.onFile(stream, plainName(filename), mimetype || null).catch(reject);
    });
    form.on("field", listener.onField.bind(listener));
    form.once("finish", resolve);
    form.once("error", (error) => reject(invalid("file", error instanceof Error ? error.message : String(error))));
    request.once("close", () => {
      if (!request.complete) reject(new Error("The upload was broken off."));
    });
    request.pipe(form);
  }).finally(() => {
    // The rest of the upload is discarded, but must be read so that the client can receive the answer.
    request.unpipe(form);
    request.resume();
  });
}

async function save(stream: BusboyFileStream, file: string, signal: AbortSignal) {
  const meter = { bytes: 0, lines: 0, endsLine: true, head: Buffer.alloc(0) };
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (meter.head.length < headBytes) meter.head = Buffer.concat([meter.head, chunk.subarray(0, headBytes)]);
      meter.bytes += chunk.length;
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) meter.lines++;
      meter.endsLine = chunk.at(-1) === 0x0a;
      done(null, chunk);
    },
  });
  await pipeline(stream as Readable, measure, createWriteStream(file, { flags: "wx", mode: 0o600 }), { signal });
  if (stream.truncated) throw tooLarge();
  const handle = await open(file, "r+");
  await handle.sync().finally(() => handle.close());
  return {
    bytes: meter.bytes,
    lines: meter.lines + (meter.endsLine ? 0 : 1),
    sampleType: kindOf(meter.head.toString("utf8")),
    createdAt: Math.floor(Date.now() / 1_000),
  };
}

/** Returns the kind of the file by its first line. Whether it can really be learnt from, a job finds out. */
function kindOf(head: string): StoredFile["sampleType"] {
  const [first = ""] = head.trimStart().split("\n", 1);
  return /"text"\s*:/.test(first) && !/"messages"\s*:/.test(first) ? "pretrain" : "instruct";
}

/** Returns a file's name without a path and with at least one character. It is shown, but never used on the disk. */
function plainName(filename: string): string {
  const name = filename.split(/[\\/]/).at(-1)?.trim().slice(-255) ?? "";
  return name || "file.jsonl";
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(error.code));
}

function missing(field: string): ApiError {
  return invalidRequest([{ type: "missing", loc: ["body", field], msg: "Field required" }]);
}

function invalid(field: string, msg: string): ApiError {
  return invalidRequest([{ type: "value_error", loc: ["body", field], msg }]);
}

function tooLarge(): ApiError {
  return new ApiError(413, "invalid_request_error", "The file is larger than 512 MB");
}
