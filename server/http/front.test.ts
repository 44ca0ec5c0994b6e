import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashSessionToken } from "@/server/auth/person";
import { answerProcedure } from "@/server/composition/over-http";
import { cookieNames } from "@/server/platform/cookies";
import { env } from "@/server/platform/env";
import { playground } from "@/server/playground/http";
import { owner } from "@/tests/support/database";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { answer, front } from "./front";

let server: Server;
let acme: TestWorkspace;

beforeAll(async () => {
  acme = await workspace();
  server = createServer(
    front(env(), false, {
      pages: (_, response) => answer(response, 404, "A page."),
      procedures: getRequestListener((asked, bindings) => answerProcedure(asked, bindings as HttpBindings)),
      playground: getRequestListener((asked, bindings) => playground.fetch(asked, bindings as HttpBindings)),
      programs: (_, response) => answer(response, 404, "A program."),
    }),
  );
  await listen(server);
});
afterAll(async () => {
  await owner`update instance_settings set passkeys_required_of = 'none'`;
  await closeNow(server);
});

type Asked = { method: string; path: string; type?: string; body?: string };

/** The handlers that check who is signed in, and requests that each answers. */
const handlers: Record<string, (slug: string) => Asked[]> = {
  "server/composition/over-http.ts": (slug) => [
    { method: "GET", path: "/api/trpc/account.get" },
    { method: "GET", path: `/api/trpc/members.list?input=${encodeURIComponent(JSON.stringify({ workspace: slug }))}` },
    {
      method: "POST",
      path: "/api/trpc/account.update",
      type: "application/json",
      body: JSON.stringify({ name: "Ada" }),
    },
  ],
  "server/files/page-requests.ts": (slug) => [
    { method: "GET", path: `/w/${slug}/models/files/${randomUUID()}/download` },
    { method: "POST", path: `/w/${slug}/models/files/upload`, type: "multipart/form-data; boundary=x", body: "--x--" },
  ],
  "server/playground/http.ts": (slug) => [
    { method: "POST", path: `/api/playground/${slug}/chat/completions`, type: "application/json", body: "{}" },
  ],
};

async function ask({ method, path, type, body = "" }: Asked, token: string) {
  const { port } = server.address() as AddressInfo;
  const { host, origin } = new URL(env().APP_URL);
  const headers = {
    ...{ host, origin, accept: "application/json", cookie: `${cookieNames().session}=${token}` },
    ...(type && { "content-type": type, "content-length": String(body.length) }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, method, path, headers }, resolve).on("error", reject).end(body);
  });
  let text = "";
  for await (const part of response) text += part;
  return { status: response.statusCode, text };
}

describe("SI-06 a session that waits for a passkey has no person for what answers beside the pages", () => {
  test("these ask who is signed in, and no other file does", () => {
    const asking = readdirSync("server", { recursive: true, encoding: "utf8" })
      .filter((file) => /(?<!\.test)\.ts$/.test(file))
      .map((file) => `server/${file}`)
      .filter((file) => readFileSync(file, "utf8").includes('from "@/server/auth/request-context"'));
    expect(asking.sort()).toEqual(Object.keys(handlers).sort());
  });

  test.each(Object.keys(handlers))("%s", async (file) => {
    const token = randomBytes(32).toString("base64url");
    const { id } = acme.admin.person;
    await owner`insert into sessions (token_hash, user_id, expires_at)
      values (${hashSessionToken(token)}, ${id}, now() + interval '1 day')`;
    for (const asked of handlers[file]?.(acme.slug) ?? []) {
      await owner`update instance_settings set passkeys_required_of = 'none'`;
      const open = await ask(asked, token);
      expect([asked.path, open.text]).toEqual([
        asked.path,
        expect.not.stringMatching(/passkey_required|not_signed_in/),
      ]);
      await owner`update instance_settings set passkeys_required_of = 'all'`;
      expect([asked.path, await ask(asked, token)]).toEqual([
        asked.path,
        { status: 403, text: expect.stringContaining("passkey_required") },
      ]);
    }
  });

  test("a form of the page of files is led to where the passkey is added", async () => {
    const token = randomBytes(32).toString("base64url");
    await owner`insert into sessions (token_hash, user_id, expires_at)
      values (${hashSessionToken(token)}, ${acme.admin.person.id}, now() + interval '1 day')`;
    await owner`update instance_settings set passkeys_required_of = 'all'`;
    const { port } = server.address() as AddressInfo;
    const { host } = new URL(env().APP_URL);
    const path = `/w/${acme.slug}/models/files/${randomUUID()}/download`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { host, cookie: `${cookieNames().session}=${token}` };
      request({ port, path, headers }, resolve).on("error", reject).end();
    });
    response.resume();
    expect(response.headers.location).toBe(
      `/sign-in/passkey?callbackUrl=${encodeURIComponent(`/w/${acme.slug}/models/files`)}`,
    );
  });
});

test("a request with one of Atelier's keys is a program's at any path; another secret makes none of it", async () => {
  const { port } = server.address() as AddressInfo;
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const answered = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers });
    return answered.text();
  };
  const key = "atl_000000000000_0000000000000000000000000000000000000000000000000";
  const ways: Record<string, string>[] = [{ authorization: `Bearer ${key}` }, { "x-api-key": key }, { "api-key": key }];
  for (const headers of ways)
    for (const [method, path] of [
      ["POST", "/openai/deployments/small/chat/completions"],
      ["GET", "/api/v1/models"],
      ["POST", "//v1/responses"],
    ] as const)
      expect(await ask(method, path, headers)).toContain("A program.");
  expect(await ask("POST", "/api/chat", { authorization: "Bearer sk-another" })).not.toContain("A program.");
  // A monitor may present a key at any address.
  const [first = {}] = ways;
  expect(JSON.parse(await ask("GET", "/api/health", first))).toMatchObject({ status: "ok" });
  for (const path of ["/api/health/ready", "/metrics"])
    expect(await ask("GET", path, first)).not.toContain("A program.");
});
