import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyHeaders, type BusboyInstance } from "@fastify/busboy";
import { longestFile } from "./input";
import { UploaderGone, UploadRefusal } from "./refusal";

/** The longest form: besides the file it has its fields and what separates its parts. */
const longestForm = longestFile + 64 * 1024;
const idleMs = 60_000;
const totalMs = 60 * 60_000;

const limits = { files: 2, fields: 20, parts: 22, fieldSize: 1_000, headerPairs: 20, headerSize: 8_192 };

/** The fields of a form received so far. Of two with the same name the first counts. */
export type Fields = ReadonlyMap<string, string>;

/**
 * Reads a form with one file, in the field `file`. `take` gets the file's bytes as they arrive and must read them all
 * or throw; only bytes on their way are held in memory. Resolves when the form has ended and `take` has resolved.
 *
 * @throws UploadRefusal, UploaderGone, and errors of `take`
 */
export async function readUpload<T>(
  incoming: IncomingMessage,
  take: (file: Readable, filename: string, fields: Fields) => Promise<T>,
): Promise<{ taken: T; fields: Fields }> {
  const failure = new AbortController();
  const fail = (error: unknown) => failure.abort(error);
  const fields = new Map<string, string>();
  let file: Readable | undefined;
  let taking: Promise<T> | undefined;

  const form = newForm(incoming);
  const finished = once(form, "finish", { signal: failure.signal });
  finished.catch(() => {});
  // After its first error the parser reports others, which do not matter.
  form.on("error", (error) => fail(new UploadRefusal("malformed", [], { cause: error })));
  form.on("partsLimit", () => fail(new UploadRefusal("malformed")));
  form.on("fieldsLimit", () => fail(new UploadRefusal("malformed")));
  form.on("field", (name, value, _, isCut) => {
    if (isCut) fail(new UploadRefusal("malformed"));
    if (name === "file") fail(new UploadRefusal("no_file"));
    if (!fields.has(name)) fields.set(name, value);
  });
  form.on("file", (name, stream, filename) => {
    stream.on("error", () => {});
    // A browser sends a field in which no file was chosen as a file without a name.
    const isUnchosen = filename === "";
    if (name !== "file" || file || isUnchosen) {
      stream.resume();
      if (name === "file") fail(new UploadRefusal(isUnchosen ? "no_file" : "two_files"));
      else if (!isUnchosen) fail(new UploadRefusal("wrong_field"));
      return;
    }
    file = stream;
    stream.on("limit", () => fail(new UploadRefusal("too_large")));
    taking = take(stream, filename ?? "", fields);
    taking.catch(fail);
  });

  try {
    await pump(incoming, form, failure);
    await finished;
    if (!taking) throw new UploadRefusal("no_file");
    return { taken: await taking, fields };
  } catch (error) {
    // The cause is thrown rather than the errors that follow from it.
    const why = failure.signal.aborted ? failure.signal.reason : error;
    fail(why);
    file?.destroy(why instanceof Error ? why : new Error("the upload failed"));
    await taking?.catch(() => {});
    throw why;
  }
}

function newForm(incoming: IncomingMessage): BusboyInstance {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = incoming.headers;
  if (!/^multipart\/form-data\s*;/i.test(type) || encoding !== "identity") throw new UploadRefusal("not_multipart");
  if (Number(incoming.headers["content-length"] ?? 0) > longestForm) throw new UploadRefusal("too_large");
  try {
    return new Busboy({
      headers: incoming.headers as BusboyHeaders,
      limits: { ...limits, fileSize: longestFile },
      highWaterMark: 256 * 1024,
      fileHwm: 256 * 1024,
      // The parser's own way of removing a path returns no name when there are only dots.
      preservePath: true,
    });
  } catch (error) {
    throw new UploadRefusal("not_multipart", [], { cause: error });
  }
}

/** Passes the body to the parser, as fast as the parser takes it, up to its real end, whatever the form declares. */
async function pump(incoming: IncomingMessage, form: BusboyInstance, failure: AbortController): Promise<void> {
  let isWaitingForClient = false;
  const giveUp = () => {
    failure.abort(new UploadRefusal("stalled"));
    // Nothing else would end the wait for a client that sends nothing.
    if (isWaitingForClient) incoming.destroy();
  };
  const idle = setTimeout(giveUp, idleMs);
  const total = setTimeout(giveUp, totalMs);
  let length = 0;
  try {
    isWaitingForClient = true;
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      isWaitingForClient = false;
      idle.refresh();
      failure.signal.throwIfAborted();
      length += chunk.length;
      if (length > longestForm) throw new UploadRefusal("too_large");
      if (!form.write(chunk)) await once(form, "drain", { signal: failure.signal });
      isWaitingForClient = true;
    }
  } catch (error) {
    failure.signal.throwIfAborted();
    throw error instanceof UploadRefusal ? error : new UploaderGone("the client went away", { cause: error });
  } finally {
    clearTimeout(idle);
    clearTimeout(total);
  }
  if (!incoming.complete) throw new UploaderGone("the client went away");
  form.end();
}
