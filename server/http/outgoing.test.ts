import { randomUUID } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { s3Store } from "@/server/files/s3-store";
import { send } from "@/server/mail/send";
import { ModelServer } from "@/server/model-servers/client";
import { post } from "@/server/model-servers/post";
import { agentFor, honourProxies } from "@/server/platform/outgoing";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { startProxy } from "@/tests/support/fakes/proxy";

/** A call that is not ended. */
const endless = () => ({ workspaceId: "0190a1b2-0000-7000-8000-000000000001", onEnd: undefined, throwIfEnded() {} });

/** Records the first byte of each TLS connection, and closes it. */
const firstBytes: number[] = [];
const tls = net.createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", (data) => {
    firstBytes.push(data[0] ?? 0);
    socket.destroy();
  });
});

const portOf = (url: string) => ({ port: Number(new URL(url).port) });

type Proxy = Awaited<ReturnType<typeof startProxy>>;
let target: TestServer | undefined;
let [toTarget, toTls]: [Proxy?, Proxy?] = [];

// None of these hosts exists: only the proxy knows them.
const models = "http://models.test/v1";

beforeAll(async () => {
  target = await startHttpServer(() => ({ body: { id: "mail-1", data: [{ id: "base" }] } }));
  tls.listen(0, "127.0.0.1");
  await once(tls, "listening");
  [toTarget, toTls] = await Promise.all([
    startProxy(portOf(target.url)),
    startProxy({ port: (tls.address() as AddressInfo).port }),
  ]);
  Object.assign(process.env, {
    ...{ HTTP_PROXY: toTarget.url, HTTPS_PROXY: toTls.url, NO_PROXY: "direct.test" },
    ...{ RESEND_BASE_URL: "http://mail.test", UPSTREAM_CONNECT_MS: "2000" },
  });
  await honourProxies();
});

afterAll(async () => {
  await target?.close();
  await Promise.all([toTarget, toTls].map((proxy) => proxy?.stop()));
  tls.close();
});

test("IS-20 fetch goes out by the proxy: sign-in providers, public keys, a model server's list", async () => {
  const server = new ModelServer({ name: "far", url: models });
  await server.refresh();
  expect(server.models).toMatchObject([{ id: "base" }]);
  expect(toTarget?.asked).toContain("GET http://models.test/v1/models");
});

test("IS-20 a model server is asked by the proxy", async () => {
  const server = new ModelServer({ name: "far", url: models, key: "k" });
  const sent = { path: "/chat/completions", accept: "*/*", contentType: "application/json", body: [Buffer.from("{}")] };
  const status = await post(server, sent, endless(), async (answer) => {
    await answer.read(() => undefined);
    return answer.status;
  });
  expect(status).toBe(200);
  expect(toTarget?.asked).toContain("POST http://models.test/v1/chat/completions");
  expect(target?.requests.at(-1)).toMatchObject({ headers: { host: "models.test", authorization: "Bearer k" } });
});

test("IS-20 mail goes out by the proxy", async () => {
  const props = {
    about: "passkey-added",
    detail: "x",
    recipient: "a@b.example",
    url: "http://x",
    origin: "http://x",
  } as const;
  await send({ to: "a@b.example", template: "account-notice", props }, randomUUID());
  expect(toTarget?.asked).toContain("POST http://mail.test/emails");
});

test("IS-20 https is tunnelled, by fetch and by node:https alike", async () => {
  await expect(fetch("https://login.test/token")).rejects.toThrow();
  const agent = await agentFor(new URL("https://models.test/v1"));
  await expect(once(https.get("https://models.test/v1", { agent }), "response")).rejects.toThrow();
  expect(toTls?.asked).toEqual(["CONNECT login.test:443", "CONNECT models.test:443"]);
  // A TLS handshake, not the request.
  expect(firstBytes).toEqual([0x16, 0x16]);
});

test("IS-20 a model server whose TLS fails in the tunnel is one that does not answer", async () => {
  const server = new ModelServer({ name: "far", url: "https://models.test/v1" });
  const sent = { path: "/chat/completions", accept: "*/*", contentType: "application/json", body: [Buffer.from("{}")] };
  await expect(post(server, sent, endless(), async () => {})).rejects.toMatchObject({ name: "NoAnswer" });
});

test("IS-20 a bucket is reached by the proxy", async () => {
  const asked = toTarget?.asked.length ?? 0;
  const store = s3Store({
    ...{ bucket: "files", region: "a-region-1", accessKeyId: "an-id", secretAccessKey: "a-secret" },
    endpoint: "http://bucket.test",
  });
  await store.put("w", "f", Readable.from([Buffer.from("x")])).catch(() => undefined);
  expect(toTarget?.asked.slice(asked).join()).toMatch(/^PUT http:\/\/bucket\.test\/files\/w\/f/);
});

test("IS-20 this machine and what NO_PROXY names are reached without", async () => {
  const asked = toTarget?.asked.length;
  expect((await fetch(`${target?.url}/here`)).status).toBe(200);
  await expect(fetch("http://direct.test/")).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) },
  });
  expect(toTarget?.asked).toHaveLength(asked ?? -1);
});
