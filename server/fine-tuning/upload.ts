import { randomUUID } from "node:crypto";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { ModelServer } from "@/server/model-servers/client";
import { guardedLookup } from "@/server/platform/guarded-connections";
import { agentFor } from "@/server/platform/outgoing";
import { answerOf, UpstreamDown } from "./upstream-answer";

/** A stored file to be sent; `filename` is its name at the model server. */
export type Outgoing = { filename: string; bytes: number; content: Readable };

/** Thrown when the stored bytes cannot be read: the model server is not at fault. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** How long an upload may make no progress. */
const idleMs = 60_000;
const longestAnswer = 64 * 1024;
const uploaded = z.object({ id: z.string().min(1).max(256) });

/**
 * Streams a file to a model server; only bytes on their way are in memory.
 *
 * @returns the server's id of the file
 * @throws UpstreamDown, UpstreamRefused, Unreadable, or the reason of `signal` when it aborts
 */
export async function upload(
  server: ModelServer,
  { filename, bytes, content }: Outgoing,
  signal: AbortSignal,
): Promise<string> {
  let readError: unknown;
  content.once("error", (error) => {
    readError = error;
  });
  const boundary = `atelier-${randomUUID()}`;
  const field = 'Content-Disposition: form-data; name="purpose"';
  const part = `Content-Disposition: form-data; name="file"; filename="${filename}"`;
  const head = `--${boundary}\r\n${field}\r\n\r\nfine-tune\r\n--${boundary}\r\n${part}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const { url, key } = server.settings;
  const target = new URL(`${url}/files`);
  const agent = await agentFor(target);
  const request = (target.protocol === "https:" ? https : http).request(target, {
    method: "POST",
    agent,
    ...(server.guard && { lookup: guardedLookup(server.guard.rules) }),
    headers: {
      accept: "application/json",
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": Buffer.byteLength(head) + bytes + Buffer.byteLength(tail),
      ...(key && { authorization: `Bearer ${key}` }),
    },
    signal,
  });
  request.setTimeout(idleMs, () => request.destroy(new UpstreamDown("nothing moved")));
  const answer = new Promise<{ status: number; said: string }>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      read(response).then((said) => resolve({ status: response.statusCode ?? 0, said }), reject);
    });
  });
  let isRead = false;
  const sending = pipeline(async function* () {
    yield head;
    let size = 0;
    for await (const chunk of content) {
      size += (chunk as Buffer).length;
      if (size > bytes) throw new Unreadable("a stored file is longer than its recorded size");
      yield chunk as Buffer;
    }
    if (size < bytes) throw new Unreadable("a stored file is shorter than its recorded size");
    isRead = true;
    yield tail;
  }, request);
  try {
    // A server may respond and disconnect before it has read everything: then its response counts.
    const sent = sending.then(
      () => answer,
      (error) => (error instanceof Unreadable || readError !== undefined ? Promise.reject(error) : answer),
    );
    const { status, said } = await Promise.race([answer, sent]);
    return uploaded.parse(answerOf(status, said)).id;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (readError !== undefined && !isRead) throw new Unreadable("a file cannot be read", { cause: readError });
    if (cause instanceof Unreadable) throw cause;
    if (cause instanceof Error && /^Upstream/.test(cause.name)) throw cause;
    throw new UpstreamDown("a file could not be sent", { cause });
  } finally {
    request.destroy();
    content.destroy();
    await sending.catch(() => {});
    answer.catch(() => {});
  }
}

async function read(response: IncomingMessage): Promise<string> {
  let said = "";
  for await (const chunk of response.setEncoding("utf8")) {
    said += chunk;
    if (said.length > longestAnswer) throw new UpstreamDown("an answer is too long");
  }
  return said;
}
