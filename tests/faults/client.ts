import { randomBytes } from "node:crypto";
import http from "node:http";
import { insertPerson, insertSession } from "../support/factories/people";
import type { Stage } from "./stage";

/** An answer, and the time of its request. Status 0: there was no answer. `text` is the unchanged body. */
export type Answer = { status: number; data: unknown; reason: string; requestId: string; asked: number; text: string };

export type Signed = { id: string; email: string; token: string };

/** An Admin and their workspace, created by the product's own code. */
export type Home = { admin: Signed; slug: string };

const timeoutMs = 20_000;

/** The target of requests: an instance, or a balancer in front of several. */
export type Place = { name: string; port: number };

/** Calls procedures and `/v1` of an instance as a person. */
export class Client {
  constructor(private readonly appUrl: string) {}

  /** Calls a mutation as a page of Atelier does. */
  change(at: Pick<Place, "port">, who: Signed, procedure: string, input: object): Promise<Answer> {
    return this.send(at, `/api/trpc/${procedure}`, who, JSON.stringify(input));
  }

  /** Calls a query. */
  ask(at: Pick<Place, "port">, who: Signed, procedure: string, input?: unknown): Promise<Answer> {
    const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return this.send(at, `/api/trpc/${procedure}${query}`, who);
  }

  /** Requests the list of models with a key. */
  models(at: Pick<Place, "port">, key: string): Promise<Answer> {
    return request(at.port, "/v1/models", { host: new URL(this.appUrl).host, authorization: `Bearer ${key}` });
  }

  /** Requests a chat of 30 tokens with a key. A stream continues until it is cancelled. */
  chat(at: Pick<Place, "port">, key: string, { stream = false } = {}): Promise<Answer> {
    const body = JSON.stringify({
      ...{ model: "small", messages: [{ role: "user", content: "Hello!" }], max_tokens: stream ? 12_000 : 20 },
      ...(stream && { stream }),
    });
    return request(
      at.port,
      "/v1/chat/completions",
      {
        ...{ host: new URL(this.appUrl).host, authorization: `Bearer ${key}` },
        ...{ "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      body,
    );
  }

  /** Sends a JSON request with a key. */
  post(at: Pick<Place, "port">, key: string, path: string, value: object): Promise<Answer> {
    const body = JSON.stringify(value);
    return request(
      at.port,
      path,
      {
        ...{ host: new URL(this.appUrl).host, authorization: `Bearer ${key}` },
        ...{ "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      body,
    );
  }

  private send(at: Pick<Place, "port">, path: string, who: Signed, body?: string): Promise<Answer> {
    const headers = {
      host: new URL(this.appUrl).host,
      origin: this.appUrl,
      cookie: `atelier.session=${who.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    };
    return request(at.port, path, headers, body);
  }
}

/** Makes signed-in people. */
export async function signedIn({ sql }: Pick<Stage, "sql">, count: number, prefix: string): Promise<Signed[]> {
  const made: Signed[] = [];
  for (let index = 0; index < count; index++) {
    const email = `${prefix}-${randomBytes(5).toString("hex")}@example.com`;
    const { id } = await insertPerson(sql, { name: prefix, email });
    made.push({ id, email, token: await insertSession(sql, id) });
  }
  return made;
}

function request(port: number, path: string, headers: http.OutgoingHttpHeaders, body?: string): Promise<Answer> {
  const asked = Date.now();
  return new Promise((resolve) => {
    let text = "";
    let requestId = "";
    const nothing = () => resolve({ status: 0, data: undefined, reason: "no answer", requestId, asked, text });
    const sent = http.request(
      { host: "127.0.0.1", port, path, headers, method: body === undefined ? "GET" : "POST", timeout: timeoutMs },
      (response) => {
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", nothing);
        response.on("aborted", nothing);
        requestId = String(response.headers["x-request-id"] ?? "");
        response.on("end", () => resolve({ ...read(response.statusCode ?? 0, text), requestId, asked, text }));
      },
    );
    sent.on("timeout", () => sent.destroy());
    sent.on("error", nothing);
    sent.end(body);
  });
}

function read(status: number, text: string): Pick<Answer, "status" | "data" | "reason"> {
  try {
    const parsed = JSON.parse(text) as { result?: { data?: unknown }; error?: { data?: { reason?: string } } };
    return { status, data: parsed.result?.data ?? parsed, reason: parsed.error?.data?.reason ?? "" };
  } catch {
    return { status, data: undefined, reason: text.slice(0, 100) };
  }
}
