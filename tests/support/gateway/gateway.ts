import { randomUUID } from "node:crypto";
import http from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { vi } from "vitest";
import { cutUnread } from "@/server/http/unread";
import { closeNow, listen } from "../fakes/listening";

/**
 * The gateway and the HTTP endpoint of the playground, behind a front that sets the request's id and the client's
 * address as the real one does.
 */
export type TestGateway = {
  url: string;
  /** The client's address of the following requests. */
  address: string;
  /** Posts a body as JSON with a key. */
  post(path: string, key: string, body: unknown, more?: RequestInit): Promise<Response>;
  close(): Promise<void>;
};

/** Starts a gateway that reads the environment with these changes, until it is closed; undefined removes a variable. */
export async function startGateway(changes: Record<string, string | undefined> = {}): Promise<TestGateway> {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, process.env[name]]));
  change(changes);
  vi.resetModules();
  const { answerProgram } = await import("@/server/gateway/app");
  const { playground } = await import("@/server/playground/http");
  const people = getRequestListener((request, bindings) => playground.fetch(request, bindings as HttpBindings));
  const server = http.createServer({ joinDuplicateHeaders: true }, (request, response) => {
    const id = randomUUID();
    request.headers["x-request-id"] = id;
    request.headers["x-client-address"] = started.address;
    response.setHeader("X-Request-Id", id);
    return request.url?.startsWith("/api/playground") ? people(request, response) : answerProgram(request, response);
  });
  cutUnread(server, Number(process.env.UPSTREAM_IDLE_MS ?? 30_000));
  const url = await listen(server);
  const started: TestGateway = {
    url,
    address: "203.0.113.7",
    post: (path, key, body, { headers, ...more } = {}) =>
      fetch(started.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...more,
      }),
    close: () => {
      change(before);
      return closeNow(server);
    },
  };
  return started;
}

/**
 * Starts a gateway in front of these model servers, in the form of `MODEL_SERVERS`, with further changes of the
 * environment as in `startGateway`.
 */
export function startGatewayTo(
  servers: readonly object[],
  changes: Record<string, string | undefined> = {},
): Promise<TestGateway> {
  return startGateway({ MODEL_SERVER_URL: undefined, MODEL_SERVERS: JSON.stringify(servers), ...changes });
}

function change(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
