import net, { type AddressInfo } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { closedUrl } from "@/tests/support/fakes/http-server";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };

let key: string;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const acme = await workspace();
  key = await newKey(acme);
});
beforeEach(resetMetering);
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function modelServer(answer?: FakeModelServer["answer"]): Promise<FakeModelServer> {
  const server = await startModelServer(answer);
  opened.push(server);
  return server;
}

/** Returns a gateway in front of these servers, the first of which is tried first. */
async function gatewayTo(urls: string[], more: Record<string, string> = {}): Promise<TestGateway> {
  const servers = urls.map((url, i) => ({ name: `server ${i}`, url, key: "upstream-key", models: ["small"] }));
  const gateway = await startGatewayTo(servers, { ...more });
  opened.push(gateway);
  return gateway;
}

/** Listens, and sends the given text to every client that connects. */
async function rawServer(says: string | ((socket: net.Socket) => void)): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => (typeof says === "string" ? socket.end(says) : says(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function expectRefused(response: Response, status: number, code: string): Promise<Record<string, unknown>> {
  const text = await response.text();
  const said = JSON.stringify([...response.headers]) + text;
  for (const secret of ["secret-", "upstream-key", "127.0.0.1", "ECONN", "nginx"]) expect(said).not.toContain(secret);
  const body = JSON.parse(text);
  expect([response.status, body.code, body.error.code]).toEqual([status, code, code]);
  expect(metering().settlements).toMatchObject([{ status, errorCode: code, usage: null, usageSource: "none" }]);
  return body;
}

const headersOnly: FakeModelServer["answer"] = (response) =>
  response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
const secretBody = { error: { message: "It is broken.", secret: "secret-" }, secret: "secret-" };
const secretHeaders = { "x-secret": "secret-header", "retry-after": "999", server: "nginx" };

describe.each([false, true])(
  "V1-14 of a failure its status and its sentence get through, and nothing else (stream: %s)",
  (isStreamed) => {
    const request = { ...hello, stream: isStreamed };

    test.each<[number, number, string]>([
      [500, 500, "model_server_failed"],
      [501, 501, "model_server_failed"],
      [502, 502, "model_server_failed"],
      [503, 503, "model_server_unavailable"],
      [504, 504, "model_server_timeout"],
      [529, 529, "model_server_failed"],
      [401, 502, "model_server_refused"],
      [407, 502, "model_server_refused"],
      [402, 402, "insufficient_quota"],
      [403, 403, "model_server_refused_request"],
      [405, 405, "model_server_refused_request"],
      [409, 409, "model_server_refused_request"],
      [429, 429, "model_server_busy"],
      [302, 502, "model_server_failed"],
    ])("a %s becomes a %s %s", async (theirs, ours, code) => {
      const server = await modelServer(json(secretBody, theirs, { ...secretHeaders, location: "http://secret-/" }));
      const gateway = await gatewayTo([server.url]);
      const response = await gateway.post(chat, key, request);
      const isTheirs = theirs === ours;
      expect(response.headers.get("retry-after")).toBe(isTheirs ? "999" : null);
      const said = await expectRefused(response, ours, code);
      expect(said.message === "It is broken.").toBe(isTheirs);
      expect(server.asked).toHaveLength(1);
    });

    test.each<[string, FakeModelServer["answer"]]>([
      ["HTML", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>secret-")],
      ["no type", (response) => response.end("secret-")],
      ["garbage", (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"secret-')],
      [
        "garbage as a stream",
        (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end("data: secret-\n\n"),
      ],
      ["something else", json({ object: "list", secret: "secret-" })],
      ["a list", json([1])],
      ["nothing", (response) => response.writeHead(204).end()],
      ["a compressed answer", json(completion, 200, { "content-encoding": "gzip" })],
    ])("%s is a 502", async (_, answer) => {
      const gateway = await gatewayTo([(await modelServer(answer)).url]);
      await expectRefused(await gateway.post(chat, key, request), 502, "model_server_invalid");
    });

    test.each<[string, FakeModelServer["answer"], number, string]>([
      ["as a success", json(secretBody), 502, "model_server_failed"],
      ["as a success with its status", json({ error: { code: 429, message: "Slow" } }), 429, "model_server_busy"],
      ["as the first event", stream([`data: ${JSON.stringify(secretBody)}\n\n`]), 502, "model_server_failed"],
      ["in a line of its own", stream(['error: {"code":500,"message":"Broken"}\n\n']), 500, "model_server_failed"],
    ])("an error %s is an error", async (_, answer, status, code) => {
      // A stream is no answer where none was asked for.
      const isOdd = !isStreamed && !String(answer).includes("application/json");
      const gateway = await gatewayTo([(await modelServer(answer)).url]);
      const response = await gateway.post(chat, key, request);
      await expectRefused(response, isOdd ? 502 : status, isOdd ? "model_server_invalid" : code);
    });

    test("an empty stream, or an answer that breaks off, is a 502", async () => {
      const breakingOff: FakeModelServer["answer"] = (response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 }).write("{");
        setTimeout(() => response.destroy(), 20);
      };
      const answer = isStreamed ? stream([]) : breakingOff;
      const gateway = await gatewayTo([(await modelServer(answer)).url]);
      await expectRefused(await gateway.post(chat, key, request), 502, "model_server_failed");
    });

    test("what is no HTTP, or an end without an answer, is a 502", async () => {
      for (const says of ["secret- is no HTTP\r\n\r\n", (socket: net.Socket) => socket.destroy()]) {
        resetMetering();
        const gateway = await gatewayTo([await rawServer(says)]);
        await expectRefused(await gateway.post(chat, key, request), 502, "model_server_failed");
      }
    });

    test("a server that is not there is a 502", async () => {
      const gateway = await gatewayTo([`${await closedUrl()}/v1`]);
      await expectRefused(await gateway.post(chat, key, request), 502, "model_server_down");
    });

    test("a server that does not begin in time is a 504, and is left", async () => {
      let isLeft = false;
      const server = await modelServer((response) => {
        response.once("close", () => {
          isLeft = true;
        });
      });
      const gateway = await gatewayTo([server.url], { UPSTREAM_FIRST_BYTE_MS: "150" });
      const begun = performance.now();
      const response = await gateway.post(chat, key, request);
      // A client that tried again by itself would have the same work begun two times more.
      expect(response.headers.get("x-should-retry")).toBe("false");
      await expectRefused(response, 504, "model_server_timeout");
      expect(performance.now() - begun).toBeLessThan(2_000);
      await vi.waitFor(() => expect(isLeft).toBe(true));
    });

    test("nor may it stop after its headers, or after the first byte", async () => {
      const headers = { "content-type": isStreamed ? "text/event-stream" : "application/json" };
      const silent = await modelServer((response) => response.writeHead(200, headers).flushHeaders());
      const gateway = await gatewayTo([silent.url], { UPSTREAM_FIRST_BYTE_MS: "150" });
      await expectRefused(await gateway.post(chat, key, request), 504, "model_server_timeout");
      resetMetering();
      const halting = await modelServer((response) => void response.writeHead(200, headers).write("{"));
      const other = await gatewayTo([halting.url], { UPSTREAM_FIRST_BYTE_MS: "60000", UPSTREAM_IDLE_MS: "150" });
      await expectRefused(await other.post(chat, key, request), 504, "model_server_timeout");
    });

    test("nor take longer than everything may take", async () => {
      const gateway = await gatewayTo([(await modelServer(() => {})).url], { UPSTREAM_TOTAL_MS: "150" });
      await expectRefused(await gateway.post(chat, key, request), 504, "model_server_timeout");
    });
  },
);

test("a server that accepts no connection in time is given up, and the next one tried", async () => {
  const other = await modelServer();
  // TLS that never answers: connected, but nothing can be sent.
  const url = (await rawServer(() => {})).replace("http:", "https:");
  const gateway = await gatewayTo([url, other.url], { UPSTREAM_CONNECT_MS: "150" });
  expect((await gateway.post(chat, key, hello)).status).toBe(200);
});

test.each<[number, unknown, string, string]>([
  [
    400,
    { error: { message: "This model's maximum context length is 8192 tokens." } },
    "context_length_exceeded",
    "This model's maximum context length is 8192 tokens.",
  ],
  [400, { object: "error", message: "Bad temperature", code: 400 }, "model_server_refused_request", "Bad temperature"],
  [404, { error: "model 'x' not found" }, "model_server_refused_request", "model 'x' not found"],
  [422, { detail: [{ msg: "secret-" }] }, "model_server_refused_request", "The model server refused the request."],
  [413, "<html>secret-", "model_server_refused_request", "The model server refused the request."],
  [422, { detail: "Too long" }, "model_server_refused_request", "Too long"],
  [400, { message: "x".repeat(3_000) }, "model_server_refused_request", "x".repeat(2_000)],
  [
    400,
    { error: { message: { s: "secret-" } } },
    "model_server_refused_request",
    "The model server refused the request.",
  ],
])("what a server says of the request itself is said on, in our shape: %s %j", async (status, body, code, message) => {
  const gateway = await gatewayTo([(await modelServer(json(body, status, secretHeaders))).url]);
  const said = await expectRefused(await gateway.post(chat, key, hello), status, code);
  expect(said.message).toBe(message);
});

test("an error whose body stalls is answered with its status once an answer may not pause any longer", async () => {
  const server = await modelServer((response) => {
    response.writeHead(429, { "content-type": "application/json", "retry-after": "7" }).write('{"error":{"mess');
  });
  const gateway = await gatewayTo([server.url], { UPSTREAM_IDLE_MS: "150" });
  const begun = performance.now();
  const response = await gateway.post(chat, key, hello);
  expect(response.headers.get("retry-after")).toBe("7");
  await expectRefused(response, 429, "model_server_busy");
  expect(performance.now() - begun).toBeLessThan(2_000);
});

describe("several servers with one model", () => {
  test.each<[string, () => Promise<string>]>([
    ["is not there", async () => `${await closedUrl()}/v1`],
    ["says 502", async () => (await modelServer(json(secretBody, 502))).url],
    ["says 503", async () => (await modelServer(json(secretBody, 503))).url],
    ["says 500", async () => (await modelServer(json(secretBody, 500))).url],
    ["says 504", async () => (await modelServer(json(secretBody, 504))).url],
    ["says 429", async () => (await modelServer(json(secretBody, 429))).url],
    ["says 529", async () => (await modelServer(json(secretBody, 529))).url],
    ["says 503 as a success", async () => (await modelServer(json({ error: { code: 503, message: "No" } }))).url],
    ["ends the connection without an answer", () => rawServer((socket) => void socket.destroy())],
    ["does not begin in time", async () => (await modelServer(() => {})).url],
    ["stops after its headers", async () => (await modelServer(headersOnly)).url],
  ])("when one %s another answers, and is asked first for a while", async (_, first) => {
    const other = await modelServer();
    const url = await first();
    const gateway = await gatewayTo([url, other.url], { UPSTREAM_FIRST_BYTE_MS: "300" });
    for (let i = 0; i < 3; i++) expect((await gateway.post(chat, key, hello)).status).toBe(200);
    expect(other.asked).toHaveLength(3);
    expect(metering().settlements).toHaveLength(3);
  });

  test("which one answered, and why not the first, stands in the ledger and in a header, whether it succeeds or not", async () => {
    const [one, other] = [await modelServer(json(secretBody, 500)), await modelServer()];
    const gateway = await gatewayTo([one.url, `${await closedUrl()}/v1`, other.url]);
    const header = async (more: object = {}) => {
      const response = await gateway.post(chat, key, { ...hello, ...more });
      await response.text();
      return [response.status, response.headers.get("x-atelier-model-server")];
    };
    const failover = "server 0: 500, server 1: no_connection";
    expect(await header()).toEqual([200, `server 2; failover="${failover}"`]);
    expect(metering().settlements.at(-1)).toMatchObject({ modelServer: "server 2", failover });
    other.answer = stream([`data: ${chunk("Hi", { finish: "stop" })}\n\n`, "data: [DONE]\n\n"]);
    // What could not be reached is asked last for a while.
    expect(await header({ stream: true })).toEqual([200, 'server 2; failover="server 0: 500"']);
    other.answer = json({ message: "No" }, 400);
    expect(await header()).toEqual([400, 'server 2; failover="server 0: 500"']);
    one.answer = json(completion);
    expect(await header()).toEqual([200, "server 0"]);
    expect(metering().settlements.at(-1)).toMatchObject({ modelServer: "server 0", failover: null });
  });

  test("the ledger has the name by which the server that answered was asked", async () => {
    const [one, other] = [await modelServer(json(secretBody, 500)), await modelServer()];
    other.answer = json({ ...completion, model: "theirs-b" });
    const server = (name: string, url: string, upstream: string) => ({
      name,
      url,
      models: [{ id: "small", upstream }],
    });
    const gateway = await startGatewayTo([server("one", one.url, "theirs-a"), server("other", other.url, "theirs-b")]);
    opened.push(gateway);
    expect((await (await gateway.post(chat, key, hello)).json()).model).toBe("small");
    expect([one.asked[0]?.body.model, other.asked[0]?.body.model]).toEqual(["theirs-a", "theirs-b"]);
    expect(metering().settlements).toMatchObject([{ modelServer: "other", upstreamModel: "theirs-b" }]);
  });

  test("when all fail the client is told what the last one said that answered", async () => {
    const busy = json({ error: { message: "Queue is full" } }, 429, { "retry-after": "7" });
    const gateway = await gatewayTo([(await modelServer(busy)).url, `${await closedUrl()}/v1`]);
    const response = await gateway.post(chat, key, hello);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await response.json()).message).toBe("Queue is full");
    expect(metering().settlements).toMatchObject([{ modelServer: "server 0", failover: "server 1: no_connection" }]);
  });

  test("an answer that breaks off after its first byte is not asked for again", async () => {
    const one = await modelServer((response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 }).write("{");
      setTimeout(() => response.destroy(), 20);
    });
    const other = await modelServer();
    const gateway = await gatewayTo([one.url, other.url]);
    await expectRefused(await gateway.post(chat, key, hello), 502, "model_server_failed");
    expect(other.asked).toEqual([]);
  });

  test("a quota that is used up is not asked for again, and other servers are asked first from then on", async () => {
    const one = await modelServer(json({ error: { message: "No more", code: "insufficient_quota" } }, 429));
    const other = await modelServer();
    const gateway = await gatewayTo([one.url, other.url]);
    const response = await gateway.post(chat, key, hello);
    expect(response.headers.get("x-should-retry")).toBe("false");
    await expectRefused(response, 429, "insufficient_quota");
    expect((await gateway.post(chat, key, hello)).status).toBe(200);
    expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
  });

  test("a server whose list cannot be had is known to be down before a request finds out, and to be up again", async () => {
    const [one, other] = [await modelServer(), await modelServer()];
    one.listStatus = 500;
    const gateway = await gatewayTo([one.url, other.url]);
    const { watchModelServers } = await import("@/server/model-servers/health");
    const list = () => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await list()).status).toBe(200);
    await gateway.post(chat, key, hello);
    expect([one.asked.length, other.asked.length]).toEqual([0, 1]);
    one.listStatus = 200;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const watch = watchModelServers();
    await watch.stop();
    await gateway.post(chat, key, hello);
    expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
  });

  test("each is asked again when all of them were down", async () => {
    const server = await modelServer(json({}, 503));
    const gateway = await gatewayTo([`${await closedUrl()}/v1`, server.url]);
    expect((await gateway.post(chat, key, hello)).status).toBe(503);
    server.answer = json(completion);
    expect((await gateway.post(chat, key, hello)).status).toBe(200);
  });

  test.each([400, 401, 404, 409, 422, 501])("a %s is an answer: no other is asked", async (status) => {
    const [one, other] = [await modelServer(json({}, status)), await modelServer()];
    const gateway = await gatewayTo([one.url, other.url]);
    expect((await gateway.post(chat, key, hello)).status).not.toBe(200);
    expect([one.asked.length, other.asked.length]).toEqual([1, 0]);
  });

  test("once anything was sent no other is asked", async () => {
    const one = await modelServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(`data: ${chunk("Hello")}\n\n`);
      setTimeout(() => response.destroy(), 50);
    });
    const other = await modelServer();
    const gateway = await gatewayTo([one.url, other.url]);
    const text = await (await gateway.post(chat, key, { ...hello, stream: true })).text();
    expect(text).toContain("model_server_failed");
    expect(other.asked).toEqual([]);
  });

  test("the one with the least to do is asked", async () => {
    const waiting: (() => void)[] = [];
    const hold: FakeModelServer["answer"] = (...call) => void waiting.push(() => json(completion)(...call));
    const [one, other] = [await modelServer(hold), await modelServer(hold)];
    const gateway = await gatewayTo([one.url, other.url]);
    const answers = Array.from({ length: 4 }, async (_, i) => {
      await vi.waitFor(() => expect(waiting).toHaveLength(i));
      return gateway.post(chat, key, hello);
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(4));
    expect([one.asked.length, other.asked.length]).toEqual([2, 2]);
    for (const answer of waiting) answer();
    for (const answer of answers) expect((await answer).status).toBe(200);
  });

  test("the list is that of all of them, and of a server that is down what is known of it", async () => {
    const [one, other] = [await modelServer(), await modelServer()];
    one.list = [{ id: "small" }, { id: "one", aliases: ["first"] }];
    other.list = [{ id: "small" }, { id: "other" }];
    const gateway = await startGatewayTo([
      { name: "one", url: one.url },
      { name: "other", url: other.url },
      { name: "down", url: `${await closedUrl()}/v1`, models: [{ id: "configured", upstream: "x" }] },
    ]);
    opened.push(gateway);
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    const { data } = await response.json();
    expect(data.map(({ id }: { id: string }) => id)).toEqual(["small", "one", "other", "configured"]);
    await gateway.post(chat, key, { ...hello, model: "other" });
    await gateway.post(chat, key, { ...hello, model: "first" });
    expect([one.asked, other.asked].map((asked) => asked.map(({ body }) => body.model))).toEqual([
      ["first"],
      ["other"],
    ]);
    // An alias is the same model: no way around a limit or a price.
    expect(metering().reservations.at(-1)).toMatchObject({ model: "one", upstreamModel: "first" });
  });

  test("a model is not said to be missing while a server has not been heard", async () => {
    const gateway = await startGatewayTo([
      { name: "one", url: (await modelServer()).url },
      { name: "down", url: `${await closedUrl()}/v1` },
    ]);
    opened.push(gateway);
    const response = await gateway.post(chat, key, { ...hello, model: "unknown" });
    expect([response.status, (await response.json()).code]).toEqual([502, "model_server_down"]);
    expect((await gateway.post(chat, key, hello)).status).toBe(200);
  });
});

test("an idle connection that the server has ended meanwhile is no failure", async () => {
  let served = 0;
  const answer = JSON.stringify(completion);
  const url = await rawServer((socket) => {
    const serve = () => {
      served++;
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
      );
    };
    serve();
    // Whatever comes next on this connection is met with its end, as when the server was about to close it.
    socket.once("data", () => socket.destroy());
  });
  const gateway = await gatewayTo([url]);
  for (let i = 0; i < 3; i++) expect((await gateway.post(chat, key, hello)).status).toBe(200);
  expect(served).toBeGreaterThanOrEqual(3);
});
