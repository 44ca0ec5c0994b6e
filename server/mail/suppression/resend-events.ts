import type { IncomingMessage, ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { database, transaction } from "@/db/client";
import type { SuppressionReason } from "@/db/schema/mail";
import { isDatabaseDown } from "@/server/api/trpc";
import { env } from "@/server/platform/env";
import { tryParseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { noteEvent, suppress } from "./queries";

/** Where Resend posts what became of mails. */
export const resendEventsPath = "/api/webhooks/resend";

const longestBody = 256 * 1024;
const deadlineMs = 10_000;

const event = z.object({
  type: z.string(),
  data: z.object({
    to: z.union([z.string(), z.array(z.string()).max(50)]).optional(),
    bounce: z.object({ type: z.string().optional(), subType: z.string().optional() }).optional(),
  }),
});

/**
 * Answers `POST /api/webhooks/resend`: Resend says, signed, that a mail came back for good or was reported as unwanted, and its address
 * is sent no more. The front has put the client's address into the headers.
 */
export async function answerResendEvent(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, said, retryAfter } = await answerTo(request);
    if (retryAfter) response.setHeader("Retry-After", String(retryAfter));
    // What was not read is not waited for.
    if (!request.complete) response.setHeader("Connection", "close");
    response
      .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
      .end(JSON.stringify({ [status === 200 ? "status" : "error"]: said }));
  } catch (error) {
    if (!isDatabaseDown(error)) log.error({ err: error }, "an event of the mail provider failed");
    response
      .writeHead(503, { "Content-Type": "application/json", "Retry-After": "30" })
      .end(JSON.stringify({ error: "Events cannot be taken just now. Try again in a moment." }));
  }
}

type Answer = { status: number; said: string; retryAfter?: number };

async function answerTo(request: IncomingMessage): Promise<Answer> {
  const secret = env().RESEND_WEBHOOK_SECRET;
  if (secret === undefined) return { status: 404, said: "RESEND_WEBHOOK_SECRET is not set." };
  if (request.method !== "POST") return { status: 405, said: "Send a POST request." };
  const client = String(request.headers["x-client-address"] ?? "") || null;
  const wait = await take(database(), limits.mailEventsPerClient, clientKey(client));
  if (wait > 0) return { status: 429, said: "Too many requests in a short time.", retryAfter: wait };
  const body = await bodyOf(request);
  if (body === null) return { status: 413, said: "An event is at most 256 kB, and does not take ten seconds." };
  const id = signedId(secret, request, body);
  if (id === undefined) return { status: 401, said: "The signature is missing, wrong or older than five minutes." };

  const read = event.safeParse(tryParseJson(body));
  // Of other kinds of events nothing is needed: they are no mistake.
  const found = read.success ? suppressionsIn(read.data) : [];
  const isNew = await transaction("write", {}, async (db) => {
    if (!(await noteEvent(db, id))) return false;
    for (const each of found) await suppress(db, each);
    return true;
  });
  if (isNew && found.length > 0)
    log.warn({ event: id, reason: found[0]?.reason, addresses: found.length }, "no more mail is sent to an address");
  return { status: 200, said: isNew ? "taken" : "known already" };
}

/** Returns the id of an event that Resend has signed within the last five minutes. */
function signedId(secret: string, { headers }: IncomingMessage, body: string): string | undefined {
  const [id, timestamp, signature] = ["svix-id", "svix-timestamp", "svix-signature"].map((name) => headers[name]);
  if (typeof id !== "string" || id.length > 200 || typeof timestamp !== "string" || typeof signature !== "string")
    return undefined;
  try {
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
    new Webhook(secret).verify(body, signed, { jsonParse: false });
    return id;
  } catch {
    return undefined;
  }
}

/** Returns the addresses that an event says are of no use. A mailbox that is full, or a server that was away, is of use later. */
function suppressionsIn({ type, data }: z.output<typeof event>) {
  const { bounce } = data;
  const reasons = new Map<string, SuppressionReason>([["email.complained", "complained"]]);
  if (bounce?.type?.toLowerCase() === "permanent") reasons.set("email.bounced", "bounced");
  const reason = reasons.get(type);
  if (!reason) return [];
  const detail = [bounce?.type, bounce?.subType].filter(Boolean).join(" ").slice(0, 120) || null;
  return [data.to ?? []].flat().flatMap((to) => {
    const email = (/<([^<>]+)>\s*$/.exec(to)?.[1] ?? to).trim().toLowerCase();
    return /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? [{ email, reason, detail }] : [];
  });
}

/** Returns the body as it came, or null when it is too long or does not come. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > longestBody) return null;
  const timer = setTimeout(() => request.destroy(), deadlineMs);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    // Left before its end it must not be destroyed: the answer goes out on the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestBody) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
