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

/** The path to which Resend posts events about mails. */
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
 * Answers `POST /api/webhooks/resend`: a signed event says that a mail bounced permanently or was reported as spam, and
 * its address is suppressed. The front has set the client's address in the headers.
 */
export async function answerResendEvent(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, said, retryAfter } = await answerTo(request);
    if (retryAfter) response.setHeader("Retry-After", String(retryAfter));
    // The connection is closed if the body was not read to its end.
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
  // Other kinds of events are accepted and ignored.
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

/**
 * Returns the id of an event that Resend signed within the last five minutes; undefined: the signature is not valid.
 */
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

/** Returns the addresses that an event shows to be unusable. A full mailbox or an unreachable server may work later. */
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

/** Returns the body as text; null: it is too long or did not arrive in time. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
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
    return Buffer.concat(chunks).toString();
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
