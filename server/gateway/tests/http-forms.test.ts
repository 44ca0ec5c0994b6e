import net from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = JSON.stringify({ model: "small", messages: [{ role: "user", content: "Hello" }] });
const streamed = hello.replace("{", '{"stream":true,');
const events = `data: ${chunk("Hi", { finish: "stop" })}\n\ndata: [DONE]\n\n`;

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    MODEL_SERVERS: JSON.stringify([{ name: "one", url: upstream.url, models: ["small"] }]),
  });
  const acme = await workspace();
  key = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
});
beforeEach(() => {
  resetMetering();
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

type Head = { method?: string; target?: string; version?: string; secret?: string; more?: string[] };

const head = (body: string, { method = "POST", target = chat, version = "1.1", secret = key, more = [] }: Head = {}) =>
  `${[
    `${method} ${target} HTTP/${version}`,
    ...["Host: localhost", `Authorization: Bearer ${secret}`],
    ...(body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${body.length}`]),
    ...more,
  ].join("\r\n")}\r\n\r\n`;

/** Sends pieces as they are, the next one once something more has come, and returns all that came until it is enough or the connection ended. */
function exchange(pieces: string[], isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(Number(new URL(gateway.url).port), "127.0.0.1");
    const [first = "", ...others] = pieces;
    let text = "";
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on("data", (data) => {
      text += data;
      const next = others.shift();
      if (next !== undefined) socket.write(next);
      else if (isEnough(text)) end();
    });
    socket.on("close", end).on("error", end);
    socket.write(first);
  });
}

const answers = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const whole = (count: number) => (text: string) => text.split("Hello there.").length > count;

test("HTTP/1.0 is answered whole and as a stream, without chunks, and the connection ends", async () => {
  const text = await exchange([head(hello, { version: "1.0" }) + hello], () => false);
  expect(answers(text)).toEqual([200]);
  expect(text).toMatch(/connection: close\r\n/i);
  upstream.answer = stream([events]);
  const read = await exchange([head(streamed, { version: "1.0" }) + streamed], () => false);
  expect(read).not.toMatch(/transfer-encoding/i);
  expect(read.endsWith(`\r\n\r\n${events}`)).toBe(true);
});

test("requests that come together are answered in their order, also after one that is refused", async () => {
  const models = head("", { method: "GET", target: "/v1/models" });
  const refused = head(hello, { secret: "atl_nothing" }) + hello;
  const text = await exchange([refused + models + head(hello) + hello], whole(1));
  expect(answers(text)).toEqual([401, 200, 200]);
  expect(text.indexOf('"object":"list"')).toBeLessThan(text.indexOf("Hello there."));
});

test("a client that waits before it sends its body is told to go on, or that it is refused", async () => {
  const expecting = { more: ["Expect: 100-continue"] };
  expect(answers(await exchange([head(hello, expecting), hello], whole(1)))).toEqual([100, 200]);
  const refused = head(hello, { ...expecting, secret: "atl_nothing" });
  expect(answers(await exchange([refused, hello], (text) => text.includes("invalid_api_key")))).toEqual([100, 401]);
});

test.each(["http://localhost", "HTTP://other.example:8080"])(
  "the whole address %s in the request line is read as its path",
  async (origin) => {
    const text = await exchange([head(hello, { target: `${origin}${chat}?a=http://x/` }) + hello], whole(1));
    expect(answers(text)).toEqual([200]);
    const unknown = await exchange([head("", { method: "GET", target: `${origin}/v1/nothing` })], (said) =>
      said.includes("}"),
    );
    expect(unknown).toContain("There is nothing at GET /v1/nothing.");
  },
);

test("a client that ends its side is gone: the server is left, and what it did is charged once", async () => {
  let isLeft = false;
  upstream.answer = (response) => {
    response.once("close", () => {
      isLeft = true;
    });
  };
  const socket = net.connect(Number(new URL(gateway.url).port), "127.0.0.1");
  socket.write(head(hello) + hello);
  await vi.waitFor(() => expect(upstream.asked).toHaveLength(1));
  socket.end();
  await vi.waitFor(() => expect(metering().settlements).toMatchObject([{ status: 499, errorCode: "client_gone" }]));
  await vi.waitFor(() => expect(isLeft).toBe(true));
});

describe("what is no request to an endpoint is told so, and asks no server", () => {
  test.each([
    ["GET", 404],
    ["HEAD", 404],
    ["DELETE", 404],
    ["OPTIONS", 404],
    ["TRACE", 404],
  ])("%s", async (method, status) => {
    const text = await exchange([head("", { method })], (said) => said.includes("\r\n\r\n"));
    expect(answers(text)).toEqual([status]);
    expect(upstream.asked).toEqual([]);
  });

  test("HEAD of the list has its headers and no body", async () => {
    const response = await fetch(`${gateway.url}/v1/models`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${key}` },
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(50);
  });

  test.each([
    ["two lengths that contradict each other", ["Transfer-Encoding: chunked"], ""],
    ["chunks that are none", ["Transfer-Encoding: chunked"], "zz\r\n"],
  ])("%s", async (_, more, body) => {
    const said =
      body === ""
        ? head(hello, { more }) + hello
        : head("", { more: [...more, "Content-Type: application/json"] }) + body;
    expect(answers(await exchange([said], () => false))).toEqual([400]);
    expect(upstream.asked).toEqual([]);
  });
});

test.each(['Bearer "KEY"', "Bearer: KEY", "KEY", "Token KEY", "Bearer KEY,Bearer x", "Bearer éKEY", "Bearer"])(
  "an Authorization of %s is no key",
  async (value) => {
    const line = `Authorization: ${value.replace("KEY", key)}`;
    const request = head("", { method: "GET", target: "/v1/models" }).replace(/Authorization: .*/, line);
    expect(answers(await exchange([request], (text) => text.includes("}")))).toEqual([401]);
  },
);

describe("a stream reads the same however its server writes it", () => {
  const [first, last] = [chunk("Hi"), chunk("", { finish: "stop" })];
  const cases: [string, string][] = [
    ["with CRLF", `data: ${first}\r\n\r\ndata: ${last}\r\n\r\ndata: [DONE]\r\n\r\n`],
    ["with CR", `data: ${first}\r\rdata: ${last}\r\rdata: [DONE]\r\r`],
    ["without spaces", `data:${first}\n\ndata:${last}\n\ndata:[DONE]\n\n`],
    ["with comments", `: a\n\n: b\ndata: ${first}\n: c\n\ndata: ${last}\n\ndata: [DONE]\n\n`],
    [
      "with names and ids",
      `retry: 5\nid: 1\nevent: message\ndata: ${first}\n\nid: 2\ndata: ${last}\n\ndata: [DONE]\n\n`,
    ],
    [
      "over several lines",
      `data: {"choices":\ndata: ${first.slice(first.indexOf("["))}\n\ndata: ${last}\n\ndata: [DONE]\n\n`,
    ],
    ["without its last words", `data: ${first}\n\ndata: ${last}\n\n`],
    ["without its last line", `data: ${first}\n\ndata: ${last}\n\ndata: [DONE]`],
    ["with an empty error", `data: ${first.replace("{", '{"error":null,')}\n\ndata: ${last}\n\ndata: [DONE]\n\n`],
    ["with pings", `event: ping\ndata: {"type":"ping"}\n\ndata: ${first}\n\ndata: ${last}\n\ndata: [DONE]\n\n`],
    [
      "as Azure begins it",
      `data: {"choices":[],"prompt_filter_results":[]}\n\ndata: ${first}\n\ndata: ${last}\n\ndata: [DONE]\n\n`,
    ],
  ];
  test.each(cases)("%s, cut at every byte", async (_, text) => {
    for (const size of [1, 7, text.length]) {
      resetMetering();
      const bytes = Buffer.from(text);
      const pieces: Buffer[] = [];
      for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
      upstream.answer = stream(pieces);
      const response = await gateway.post(chat, key, streamed);
      // Of the last line's end one half may be left out: it has ended.
      expect((await response.text()).trimEnd()).toBe(text.trimEnd());
      expect(metering().settlements).toMatchObject([
        { status: 200, errorCode: null, usageSource: "estimated", usage: { completionTokens: 1 } },
      ]);
    }
  });
});

test.each([
  ["seconds", { "retry-after": "7" }, "7"],
  ["a part of a second", { "retry-after": "1.2" }, "2"],
  ["milliseconds beside seconds", { "retry-after": "7", "retry-after-ms": "1500" }, "7"],
  ["milliseconds alone", { "retry-after-ms": "1500" }, "2"],
  ["a date", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, "Wed, 21 Oct 2026 07:28:00 GMT"],
  ["a date as it was before", { "retry-after": "Wednesday, 21-Oct-26 07:28:00 GMT" }, "Wed, 21 Oct 2026 07:28:00 GMT"],
  ["a date as asctime writes it", { "retry-after": "Sun Nov  6 08:49:37 1994" }, "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["nothing that can be read", { "retry-after": "soon, http://10.0.0.5/" }, "5"],
])("when a server says to ask again is passed on: %s", async (_, headers, said) => {
  upstream.answer = json({ error: { message: "Busy" } }, 429, headers);
  expect((await gateway.post(chat, key, hello)).headers.get("retry-after")).toBe(said);
});
