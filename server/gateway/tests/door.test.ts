import net from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };
const megabyte = 1024 * 1024;

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;
let otherKey: string;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo(
    [{ name: "one", url: upstream.url, models: ["small", { id: "public", upstream: "their/name" }] }],
    { GATEWAY_MAX_BODY_MB: "1" },
  );
  const acme = await workspace();
  key = await newKey(acme);
  otherKey = await newKey(acme);
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

/** Sends the head of a request that says it has so long a body, and of that only the beginning. */
async function begin(secret: string, length: number, path = chat): Promise<{ answer: Promise<string>; end(): void }> {
  const socket = net.connect(Number(new URL(gateway.url).port), "127.0.0.1");
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    `Authorization: Bearer ${secret}`,
    "Content-Type: application/json",
    `Content-Length: ${length}`,
  ];
  let text = "";
  const answer = new Promise<string>((resolve) => {
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
  });
  socket.write(`${head.join("\r\n")}\r\n\r\n{"model":`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { answer, end: () => socket.destroy() };
}

describe("a key is taken", () => {
  test.each<[string, (key: string) => Record<string, string>]>([
    ["as bearer in lower case", (key) => ({ authorization: `bearer ${key}` })],
    ["as BEARER with several spaces", (key) => ({ authorization: `BEARER    ${key}` })],
    ["as x-api-key", (key) => ({ "x-api-key": key })],
    ["as api-key", (key) => ({ "api-key": key })],
  ])("%s", async (_, headers) => {
    const ask = (secret: string) => fetch(`${gateway.url}/v1/models`, { headers: headers(secret) });
    expect((await ask(key)).status).toBe(200);
    expect((await ask(`${key}x`)).status).toBe(401);
  });

  test("not from another header once there is an Authorization", async () => {
    const headers = { authorization: "Basic YTpi", "x-api-key": key };
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(401);
  });
});

test.each(["/chat/completions", "/embeddings", "/models", "/responses", "/audio/speech"])(
  "at %s a client is told to add /v1 to its base URL",
  async (path) => {
    const response = await gateway.post(path, "whatever", hello);
    const { message, error } = await response.json();
    expect([response.status, message]).toEqual([404, expect.stringContaining("Add /v1 to the base URL: http")]);
    expect(error).toMatchObject({ code: "not_found", message });
  },
);

test("at an unknown path of /v1 a client is told what there is", async () => {
  const unknown = await (await gateway.post("/v1/chat/complete", key, hello)).json();
  expect(unknown.message).toContain("There is nothing at POST /v1/chat/complete.");
  expect(unknown.message).toContain("POST /v1/chat/completions");
  expect(unknown.message).toContain("/v1/models/{id}");
  const messageAt = async (method: string, path: string) => {
    const response = await fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${key}` } });
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/json"]);
    return (await response.json()).message;
  };
  const chats = "There is: POST /v1/chat/completions.";
  for (const path of ["/v1/chat/completions/", "/v1//chat/completions", "/v1/Chat/Completions"])
    expect(await messageAt("POST", path)).toBe(`There is nothing at POST ${path}. ${chats}`);
  expect(await messageAt("GET", "/v1/chat/completions")).toBe(`There is nothing at GET /v1/chat/completions. ${chats}`);
  expect(await messageAt("PUT", "/v1/files/x")).toContain("There is: GET/DELETE /v1/files/{id}.");
  expect(await messageAt("POST", "//v1/chat/completions")).toContain("leave the one at the end of the base URL out");
  // Of other servers and their clients. A page is what these would else be shown.
  for (const path of ["/api/v1/chat/completions", "/openai/deployments/small/chat/completions", "/api/chat", "/"])
    expect(await messageAt("POST", path)).toMatch(/The base URL is: http.*\/v1$/);
  expect(await messageAt("GET", "/api/v1/models")).toMatch(/The base URL is: http.*\/v1$/);
  const twice = await (await gateway.post("/v1/v1/chat/completions", key, hello)).json();
  expect(twice.message).toContain("leave one of the two out");
});

test.each([
  [{ max_tokens: -1 }, 4_096],
  [{ max_completion_tokens: -1, max_tokens: 7 }, 4_096],
])("%j is no limit, as llama.cpp writes it, and is sent on", async (more, most) => {
  expect((await gateway.post(chat, key, { ...hello, ...more })).status).toBe(200);
  expect(upstream.asked[0]?.body).toMatchObject(more);
  expect(metering().reservations).toMatchObject([{ completionTokens: most }]);
});

test.each([-2, -1.5, "-1"])("max_tokens %j is none", async (max_tokens) => {
  expect((await gateway.post(chat, key, { ...hello, max_tokens })).status).toBe(422);
});

test.each([
  ["300,000 arrays in each other", `{"model":"small","x":${"[".repeat(300_000)}`],
  ["more than 100,000 members", `{"model":"small","x":{${'"":1,'.repeat(100_000)}"a":1}}`],
  ["a number of a thousand digits", `{"model":"small","x":${"1".repeat(1_000)}}`],
])("%s are a 422 that says so", async (_, body) => {
  const response = await gateway.post(chat, key, body);
  const { code, message } = await response.json();
  expect([response.status, code, message]).toEqual([422, "body_too_complex", expect.stringMatching(/^The body .*\.$/)]);
  expect([upstream.asked, metering().reservations]).toEqual([[], []]);
});

test("a body that comes byte by byte, or cut anywhere, is changed in the same places", async () => {
  const text = JSON.stringify({
    messages: [{ role: "user", content: "é€😀".repeat(20_000) }],
    model: "public",
    stream: false,
  });
  const bytes = Buffer.from(text);
  for (const size of [1_000, 65_537]) {
    upstream.asked.length = 0;
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) controller.enqueue(bytes.subarray(i, i + size));
        controller.close();
      },
    });
    const response = await gateway.post(chat, key, "", { body, duplex: "half" } as RequestInit);
    expect(response.status).toBe(200);
    expect(upstream.asked.map((asked) => asked.text)).toEqual([text.replace('"public"', '"their/name"')]);
  }
});

describe("before its body is read, a request is refused", () => {
  test("with a limit that is used up", async () => {
    metering().check = () => ({
      ...{ isGranted: false, reason: "requests", scope: "key", whose: "key", span: "minute" },
      ...{ limit: 1, used: 1, isUnderWay: false, retryAfterSeconds: 9 },
    });
    const answer = await (await begin(key, 1_000_000)).answer;
    expect(answer).toMatch(/^HTTP\/1.1 429 /);
    expect(answer).toMatch(/retry-after: 9\r\n/i);
    expect(answer).toMatch(/connection: close\r\n/i);
    expect(answer).toContain("requests_per_minute");
  });

  test("with a key that is none", async () => {
    const answer = await (await begin("atl_nothing", 1_000_000)).answer;
    expect(answer).toMatch(/^HTTP\/1.1 401 [\s\S]*connection: close\r\n/i);
  });

  test("with a body that says it is too long", async () => {
    const answer = await (await begin(key, megabyte + 1)).answer;
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*connection: close\r\n/i);
    expect(answer).toContain("The body is larger than 1 MB.");
  });

  test("where the key's other requests hold too much, or those of all keys do; short ones go on", async () => {
    const held = [await begin(key, megabyte), await begin(key, megabyte)];
    const third = await (await begin(key, megabyte)).answer;
    expect(third).toMatch(/^HTTP\/1.1 429 [\s\S]*retry-after: 1\r\n/i);
    expect(third).toContain("bodies_under_way");
    held.push(await begin(otherKey, megabyte));
    const fourth = await (await begin(otherKey, megabyte)).answer;
    expect(fourth).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 2\r\n/i);
    expect((await gateway.post(chat, key, hello)).status).toBe(200);
    for (const { end } of held) end();
    const long = JSON.stringify({ ...hello, padding: "x".repeat(megabyte - 200) });
    await vi.waitFor(async () => expect((await gateway.post(chat, key, long)).status).toBe(200));
  });
});

test("pictures and sounds are not counted as the text that they are written in", async () => {
  const picture = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(400_000)}` } };
  const sound = { type: "input_audio", input_audio: { data: "A".repeat(300_000), format: "mp3" } };
  await gateway.post(chat, key, { model: "public", messages: [{ role: "user", content: [picture, sound] }] });
  const [reservation] = metering().reservations;
  expect(reservation?.promptTokens).toBeGreaterThan(2_000);
  // A picture, and 56 seconds of sound at the least rate of the format.
  expect(reservation?.promptTokens).toBeLessThan(4_000);
});
