import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { type Mail, MailStore, type NewMail } from "./store";

/** A running mailbox: its base URL, for `RESEND_BASE_URL`, and how to stop it. */
export type Mailbox = { url: string; stop(): Promise<void> };

const bodyLimitBytes = 10 * 1024 * 1024;
const recipientLimit = 50;
const pageLimit = 100;

/**
 * Serves the part of Resend's HTTP API that sends and reads mails, on 127.0.0.1, at `port` or any free one. Nothing is
 * delivered: the newest 1,000 mails are kept in `dataDir/mailbox`. Every bearer token is accepted. Rejects when the
 * port is taken.
 */
export async function startMailbox({ dataDir, port = 0 }: { dataDir: string; port?: number }): Promise<Mailbox> {
  const store = new MailStore(path.join(dataDir, "mailbox"));
  await store.open();
  const server = createServer((request, response) => {
    answer(store, request).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, "application_error", "The mailbox failed.");
        send(response, refusal.status, {
          statusCode: refusal.status,
          name: refusal.reason,
          message: refusal.message,
        });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The mailbox has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

async function answer(store: MailStore, request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  // DNS rebinding: another site whose name points to 127.0.0.1 must not read sign-in links.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) {
    throw new Refusal(421, "invalid_access", "This mailbox answers to 127.0.0.1 only.");
  }
  if (!/^Bearer \S+$/.test(request.headers.authorization ?? "")) {
    throw new Refusal(401, "missing_api_key", "Missing API key in the authorization header.");
  }
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, collection, id, ...rest] = url.pathname.split("/");
  if (collection !== "emails" || rest.length > 0)
    throw new Refusal(404, "not_found", "There is no such endpoint here.");
  if (request.method === "POST" && id === undefined) return { status: 200, body: await receive(store, request) };
  if (request.method !== "GET") throw new Refusal(405, "method_not_allowed", "This method is not allowed here.");
  if (id === undefined) return { status: 200, body: await list(store, url.searchParams) };
  const mail = await store.get(id);
  if (mail === undefined) throw new Refusal(404, "not_found", "Email not found");
  return { status: 200, body: mail };
}

async function receive(store: MailStore, request: IncomingMessage): Promise<{ id: string }> {
  const key = request.headers["idempotency-key"];
  if (Array.isArray(key) || (key !== undefined && (key.length < 1 || key.length > 256))) {
    throw new Refusal(400, "invalid_idempotency_key", "The idempotency key must be 1 to 256 characters long.");
  }
  const id = await store.add(parseMail(await readJson(request)), key);
  if (id === undefined) {
    throw new Refusal(
      409,
      "invalid_idempotent_request",
      "This idempotency key has been used with another request payload in the last 24 hours.",
    );
  }
  return { id };
}

async function list(store: MailStore, query: URLSearchParams): Promise<unknown> {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimit) {
    throw new Refusal(422, "validation_error", `The limit must be a whole number from 1 to ${pageLimit}.`);
  }
  const after = query.get("after") ?? undefined;
  const before = query.get("before") ?? undefined;
  const { mails, hasMore } = await store.list(limit, { after, before });
  const withoutBody = ({ html: _html, text: _text, tags: _tags, headers: _headers, object: _object, ...rest }: Mail) =>
    rest;
  return { object: "list", has_more: hasMore, data: mails.map(withoutBody) };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw new Refusal(413, "validation_error", "The request is larger than 10 MB.");
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Said below.
  }
  throw new Refusal(400, "validation_error", "The request body is not a JSON object.");
}

function parseMail(body: Record<string, unknown>): NewMail {
  const text = (name: string): string | null => (typeof body[name] === "string" ? body[name] : null);
  const addresses = (name: string): string[] | null => {
    const value = body[name];
    const given = typeof value === "string" ? [value] : Array.isArray(value) ? value : null;
    if (given !== null && !given.every((address) => typeof address === "string" && address.includes("@"))) {
      throw new Refusal(422, "validation_error", `Invalid \`${name}\` field.`);
    }
    return given;
  };
  const from = text("from");
  const to = addresses("to");
  const subject = text("subject");
  const html = text("html");
  const plain = text("text");
  const missing = !from ? "from" : !to?.length ? "to" : !subject ? "subject" : !(html || plain) ? "html" : undefined;
  if (!from || !to || !subject || missing !== undefined) {
    throw new Refusal(422, "missing_required_field", `Missing \`${missing}\` field.`);
  }
  if (to.length > recipientLimit) throw new Refusal(422, "validation_error", "At most 50 recipients are allowed.");
  return {
    from,
    to,
    cc: addresses("cc"),
    bcc: addresses("bcc"),
    reply_to: addresses("reply_to"),
    subject,
    html,
    text: plain,
    headers: (body.headers ?? {}) as Mail["headers"],
    tags: (body.tags ?? []) as Mail["tags"],
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
