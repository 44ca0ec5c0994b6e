import { type KeyObject, verify } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { database } from "@/db/client";
import type { Origin } from "@/server/api/context";
import { isDatabaseDown } from "@/server/api/trpc";
import { tryParseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { leakReport } from "./input";
import { publicKey } from "./public-keys";
import { judge } from "./report";

const longestBody = 1024 * 1024;
const deadlineMs = 10_000;

/**
 * Answers `POST /api/leaked-keys`: a secret scanner reports keys that it found in public, in the format of GitHub's
 * partner programme. The signature covers the body as it was sent. The front of the process has put the request's id
 * and the client's address into the headers.
 */
export async function answerLeakReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers } = request;
  const origin: Origin = {
    requestId: String(headers["x-request-id"] ?? ""),
    ip: String(headers["x-client-address"] ?? "") || null,
    userAgent: headers["user-agent"]?.slice(0, 400) ?? null,
  };
  try {
    const { status, body, retryAfter } = await answerTo(request, origin);
    if (retryAfter) response.setHeader("Retry-After", String(retryAfter));
    // Do not wait for the rest of a body that was not read.
    if (!request.complete) response.setHeader("Connection", "close");
    response
      .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
      .end(JSON.stringify(body));
  } catch (error) {
    if (!isDatabaseDown(error)) log.error({ err: error, requestId: origin.requestId }, "a leak report failed");
    response
      .writeHead(503, { "Content-Type": "application/json", "Retry-After": "30" })
      .end(JSON.stringify({ error: "Reports cannot be taken just now. Try again in a moment." }));
  }
}

type Answer = { status: number; body: unknown; retryAfter?: number };

const no = (status: number, error: string, retryAfter?: number): Answer => ({
  status,
  body: { error },
  ...(retryAfter ? { retryAfter } : {}),
});

async function answerTo(request: IncomingMessage, origin: Origin): Promise<Answer> {
  if (request.method !== "POST") return no(405, "Send a POST request.");
  const wait = await take(database(), limits.leakReportsPerClient, clientKey(origin.ip));
  if (wait > 0) return no(429, "Too many requests in a short time.", wait);
  const identifier = request.headers["github-public-key-identifier"];
  const signature = request.headers["github-public-key-signature"];
  if (typeof identifier !== "string" || typeof signature !== "string") return no(401, "The report is not signed.");
  const body = await bodyOf(request);
  if (!body) return no(413, "A report is at most a megabyte, and does not take ten seconds.");

  let key: KeyObject | undefined;
  try {
    key = await publicKey(identifier);
  } catch (error) {
    log.warn({ err: error }, "the public keys of the secret scanner could not be fetched");
    return no(503, "The signature cannot be checked just now. Try again in a moment.", 60);
  }
  if (!key || !isSigned(body, key, signature)) return no(401, "The signature is not the scanner's.");

  const report = leakReport.safeParse(parsed(body));
  if (!report.success) return no(422, "Send an array of at most 100 objects with token, type and url.");
  const verdicts = [];
  for (const finding of report.data) verdicts.push(await judge(finding, origin));
  log.info({ requestId: origin.requestId, findings: verdicts.length }, "leak report");
  return { status: 200, body: verdicts };
}

/** Returns the body, or null when it is too long or does not arrive in time. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > longestBody) return null;
  const timer = setTimeout(() => request.destroy(), deadlineMs);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    // Leaving the loop early must not destroy the request, because the answer uses the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestBody) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function isSigned(body: Buffer, key: KeyObject, signature: string): boolean {
  try {
    return verify("sha256", body, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

function parsed(body: Buffer): unknown {
  return tryParseJson(body);
}
