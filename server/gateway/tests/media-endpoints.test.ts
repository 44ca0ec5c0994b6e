import http from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
/** Takes what comes, and counts it. */
let counting: http.Server;
let counted: { bytes: number; length: string | undefined; beginning: string };
const none = { url: "", headers: {}, text: "", body: {} };
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  upstream = await startModelServer();
  counting = http.createServer((request, response) => {
    counted = { bytes: 0, length: request.headers["content-length"], beginning: "" };
    request.on("error", () => {});
    request.on("data", (piece: Buffer) => {
      if (counted.bytes === 0) counted.beginning = piece.toString("latin1", 0, 400);
      counted.bytes += piece.length;
    });
    request.on("end", () =>
      json({ text: "Hello.", usage: { type: "duration", seconds: 61.2 } })(response, none, request),
    );
  });
  const url = `${await listen(counting)}/v1`;
  gateway = await startGatewayTo(
    [
      { name: "one", url: upstream.url, models: ["small", { id: "public", upstream: "their/longer-name" }] },
      { name: "counting", url, models: [{ id: "scribe", upstream: "whisper-large-v3" }] },
    ],
    { GATEWAY_MAX_BODY_MB: "2" },
  );
  const acme = await workspace();
  key = await newKey(acme);
});
beforeEach(() => {
  resetMetering();
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await closeNow(counting);
});

const settlement = () => metering().settlements.at(-1);
const transcriptions = "/v1/audio/transcriptions";

/** Sends a form whose parts are in this order; a part of a number has a file of so many bytes. */
async function send(path: string, parts: [string, string | number][], more: RequestInit = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of parts)
    if (typeof value === "number")
      form.append(name, new Blob([Buffer.alloc(value, 1)], { type: "audio/mpeg" }), "a.mp3");
    else form.append(name, value);
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
    ...more,
  });
}

describe("a recording", () => {
  const transcript = { text: "Hello.", usage: { type: "duration", seconds: 2.4 } };

  test.each<[string, [string, string | number][]]>([
    [
      "before its model",
      [
        ["file", 20_000],
        ["language", "de"],
        ["model", "small"],
      ],
    ],
    [
      "after its model",
      [
        ["model", "small"],
        ["language", "de"],
        ["file", 20_000],
      ],
    ],
    [
      "between",
      [
        ["language", "de"],
        ["model", "small"],
        ["file", 20_000],
        ["temperature", "0"],
      ],
    ],
  ])("%s passes through to the byte, and is charged by its seconds", async (_, parts) => {
    upstream.answer = json(transcript);
    const response = await send(transcriptions, parts);
    expect([response.status, await response.json()]).toEqual([200, transcript]);
    const [asked] = upstream.asked;
    expect(asked?.url).toBe(transcriptions);
    expect(asked?.text.match(/name="\w+"/g)).toEqual(parts.map(([name]) => `name="${name}"`));
    expect(asked?.text).toContain("\u0001".repeat(20_000));
    expect(asked?.headers["content-length"]).toBe(String(Buffer.byteLength(asked?.text ?? "")));
    expect(metering().reservations).toMatchObject([
      { operation: "transcriptions", classes: { second: 6 }, promptTokens: expect.any(Number) },
    ]);
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 0, completionTokens: 0, classes: { second: 3 } },
      usageSource: "reported",
    });
  });

  test("gets its model's name at the server", async () => {
    upstream.answer = json(transcript);
    expect(
      (
        await send(transcriptions, [
          ["file", 100],
          ["model", "public"],
          ["response_format", "json"],
        ])
      ).status,
    ).toBe(200);
    expect(upstream.asked[0]?.text).toContain('name="model"\r\n\r\ntheir/longer-name\r\n--');
    expect(upstream.asked[0]?.text).toContain('name="response_format"\r\n\r\njson\r\n--');
  });

  test("of 200 MB streams through without being held", async () => {
    const boundary = "b";
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nscribe\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
    const tail = `\r\n--${boundary}--\r\n`;
    const piece = Buffer.alloc(1024 * 1024, 7);
    const count = 200;
    const total = head.length + count * piece.length + tail.length;
    let most = 0;
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const request = http.request(gateway.url + transcriptions, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": `multipart/form-data; boundary=${boundary}`,
          "content-length": total,
        },
      });
      request.on("error", reject);
      request.on("response", async (response) => {
        let text = "";
        for await (const part of response) text += part;
        resolve({ status: response.statusCode, text });
      });
      request.write(head);
      let sent = 0;
      const before = process.memoryUsage().arrayBuffers;
      const write = () => {
        while (sent < count) {
          sent++;
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          if (!request.write(piece)) return void request.once("drain", write);
        }
        request.end(tail);
      };
      write();
    });
    expect(answer).toEqual({ status: 200, text: expect.stringContaining("61.2") });
    const renamed = total - "scribe".length + "whisper-large-v3".length;
    expect([counted.bytes, counted.length]).toEqual([renamed, String(renamed)]);
    expect(counted.beginning).toContain("whisper-large-v3");
    expect(most).toBeLessThan(64 * 1024 * 1024);
    expect(settlement()).toMatchObject({ usage: { classes: { second: 62 } } });
    expect(metering().reservations).toMatchObject([{ classes: { second: Math.ceil(total / 32_000) } }]);
  });

  test("that is longer than what is held, before its model, is refused with what to do", async () => {
    const response = await send(transcriptions, [
      ["file", 3_000_000],
      ["model", "scribe"],
    ]);
    expect([response.status, await response.json()]).toEqual([
      413,
      expect.objectContaining({ message: expect.stringContaining("Send the field model before the file") }),
    ]);
    expect(
      (
        await send(transcriptions, [
          ["model", "scribe"],
          ["file", 3_000_000],
        ])
      ).status,
    ).toBe(200);
  });

  test("as plain text comes back as it is, and is charged by an estimate", async () => {
    upstream.answer = (response) =>
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("Hello there, you.");
    const response = await send(transcriptions, [
      ["model", "small"],
      ["file", 20_000],
      ["response_format", "text"],
    ]);
    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "text/plain; charset=utf-8",
      "Hello there, you.",
    ]);
    expect(settlement()).toMatchObject({
      usageSource: "estimated",
      usage: { completionTokens: 5, classes: { second: 6 } },
    });
  });

  test("with its duration in a verbose answer is charged by that", async () => {
    upstream.answer = json({ text: "Hello.", duration: "8.47", segments: [] });
    await send(transcriptions, [
      ["model", "small"],
      ["file", 200],
    ]);
    expect(settlement()).toMatchObject({ usage: { classes: { second: 9 } }, usageSource: "reported" });
  });

  test.each(["before", "after"])("that wants a stream, said %s the file, gets one", async (where) => {
    const events = [
      'data: {"type":"transcript.text.delta","delta":"Hello."}\n\n',
      'data: {"type":"transcript.text.done","text":"Hello.","usage":{"type":"tokens","input_tokens":14,"output_tokens":45,"total_tokens":59,"input_token_details":{"text_tokens":0,"audio_tokens":14}}}\n\n',
    ];
    upstream.answer = stream(events);
    const file: [string, string | number] = ["file", 20_000];
    const asks: [string, string | number] = ["stream", "true"];
    const response = await send(transcriptions, [
      ["model", "small"],
      ...(where === "before" ? [asks, file] : [file, asks]),
    ]);
    expect(await response.text()).toBe(events.join(""));
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 14, completionTokens: 45, classes: { audioInput: 14 } },
    });
  });

  test.each<[string, [string, string | number][] | string, number, string]>([
    ["no model", [["file", 10]], 422, "invalid_request"],
    [
      "two models",
      [
        ["model", "small"],
        ["file", 10],
        ["model", "public"],
      ],
      422,
      "invalid_request",
    ],
    [
      "a model in capitals",
      [
        ["Model", "small"],
        ["file", 10],
      ],
      422,
      "invalid_request",
    ],
    [
      "a model that is none",
      [
        ["model", "none"],
        ["file", 10],
      ],
      404,
      "model_not_found",
    ],
    ["no form", "{}", 400, "malformed_body"],
    [
      "a form that ends too early",
      '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nsmall\r\n',
      400,
      "malformed_body",
    ],
    ["a part without a name", "--b\r\nContent-Type: text/plain\r\n\r\nsmall\r\n--b--\r\n", 400, "malformed_body"],
  ])("%s is refused, and nothing is charged", async (_, parts, status, code) => {
    const response =
      typeof parts === "string"
        ? await gateway.post(transcriptions, key, parts, {
            headers: { "content-type": "multipart/form-data; boundary=b" },
          })
        : await send(transcriptions, parts);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect(settlement()?.usage ?? null).toBe(null);
  });

  test("is answered at once by a server that does not stream", async () => {
    upstream.answer = json(transcript);
    const response = await send(transcriptions, [
      ["stream", "true"],
      ["model", "small"],
      ["file", 200],
    ]);
    expect([response.status, await response.json()]).toEqual([200, transcript]);
    expect(settlement()).toMatchObject({ usage: { classes: { second: 3 } }, usageSource: "reported" });
  });

  test("as JSON is refused", async () => {
    expect((await gateway.post(transcriptions, key, { model: "small" })).status).toBe(415);
  });

  test("whose client goes away costs nothing: the server has not begun", async () => {
    const request = http.request(gateway.url + transcriptions, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "multipart/form-data; boundary=b",
        "content-length": 5_000_000,
      },
    });
    request.on("error", () => {});
    request.write(
      '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nscribe\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
    );
    await vi.waitFor(() => expect(metering().reservations).toHaveLength(1));
    request.destroy();
    await vi.waitFor(() => expect(settlement()).toMatchObject({ usage: null, status: 499 }));
  });
});

describe("speech", () => {
  test("is charged by the characters that are spoken, and comes as it is", async () => {
    const sound = Buffer.from([0, 1, 2, 255, 254]);
    upstream.answer = (response) => response.writeHead(200, { "content-type": "audio/mpeg" }).end(sound);
    const response = await gateway.post("/v1/audio/speech", key, { model: "public", input: "Héllo 😀", voice: "a" });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/mpeg"]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(sound);
    expect(upstream.asked[0]?.body).toEqual({ model: "their/longer-name", input: "Héllo 😀", voice: "a" });
    const usage = { promptTokens: 0, completionTokens: 0, classes: { character: 7 } };
    expect(settlement()).toMatchObject({ usage, usageSource: "reported", status: 200 });
    expect(metering().reservations).toMatchObject([{ classes: { character: 7 } }]);
  });

  test("as events has the tokens too", async () => {
    upstream.answer = stream([
      'data: {"type":"speech.audio.delta","audio":"AAAA"}\n\n',
      'data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101,"total_tokens":115}}\n\n',
    ]);
    await (
      await gateway.post("/v1/audio/speech", key, { model: "small", input: "Hello", stream_format: "sse" })
    ).text();
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 14, completionTokens: 101, classes: { character: 5 } },
    });
  });

  test("that breaks off closes the connection, and what came is charged", async () => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" }).write(Buffer.alloc(100));
      setTimeout(() => response.destroy(), 50);
    };
    const response = await gateway.post("/v1/audio/speech", key, { model: "small", input: "Hello" });
    await expect(response.arrayBuffer()).rejects.toThrow();
    await vi.waitFor(() =>
      expect(settlement()).toMatchObject({ usage: { classes: { character: 5 } }, errorCode: "model_server_failed" }),
    );
  });

  test("without a text, and an error of the server's, are refused", async () => {
    expect((await gateway.post("/v1/audio/speech", key, { model: "small" })).status).toBe(422);
    upstream.answer = json({ error: { message: "No such voice.", type: "invalid_request_error" } }, 400);
    const response = await gateway.post("/v1/audio/speech", key, { model: "small", input: "Hello" });
    expect([response.status, (await response.json()).message]).toEqual([400, "No such voice."]);
    expect(settlement()).toMatchObject({ usage: null });
  });
});

describe("images", () => {
  const two = { created: 1, data: [{ b64_json: "AAAA" }, { url: "https://x/a.png", nested: { a: 1 } }] };
  const usage = {
    input_tokens: 50,
    output_tokens: 4160,
    total_tokens: 4210,
    input_tokens_details: { image_tokens: 40, text_tokens: 10 },
  };

  test("are counted, and their tokens where the server says some", async () => {
    upstream.answer = json(two);
    const asked = { model: "small", prompt: "A cat", n: 2 };
    const response = await gateway.post("/v1/images/generations", key, asked);
    expect([response.status, await response.json()]).toEqual([200, two]);
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 0, completionTokens: 0, classes: { image: 2 } },
      usageSource: "reported",
    });
    expect(metering().reservations).toMatchObject([
      { operation: "images", classes: { image: 2 }, completionTokens: 2 * 6_208 },
    ]);
    upstream.answer = json({ ...two, usage });
    await gateway.post("/v1/images/generations", key, asked);
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 50, completionTokens: 4160, classes: { image: 2, imageInput: 40 } },
    });
  });

  test("are streamed, each counted as it is complete", async () => {
    const events = [
      { type: "image_generation.partial_image", b64_json: "A".repeat(5_000_000), partial_image_index: 0 },
      { type: "image_generation.completed", b64_json: "A".repeat(5_000_000), usage },
    ].map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
    upstream.answer = stream(events);
    const response = await gateway.post("/v1/images/generations", key, {
      model: "small",
      prompt: "A cat",
      stream: true,
    });
    expect((await response.text()).length).toBe(events.join("").length);
    expect(settlement()).toMatchObject({
      usage: { promptTokens: 50, completionTokens: 4160, classes: { image: 1 } },
      status: 200,
    });
  });

  test("are changed, as a form", async () => {
    upstream.answer = json(two);
    const response = await send("/v1/images/edits", [
      ["image[]", 1_000],
      ["prompt", "A dog"],
      ["model", "public"],
      ["n", "2"],
    ]);
    expect([response.status, await response.json()]).toEqual([200, two]);
    expect(settlement()).toMatchObject({ usage: { classes: { image: 2 } } });
    expect(metering().reservations).toMatchObject([{ operation: "image-edits", classes: { image: 2 } }]);
  });
});

test("pages are charged as the server says, and counted where it does not", async () => {
  const asked = { model: "small", document: { type: "document_url", document_url: "https://x/a.pdf" } };
  const read = {
    pages: [
      { index: 0, markdown: "# A" },
      { index: 1, markdown: "B" },
    ],
    model: "small",
  };
  upstream.answer = json({ ...read, usage_info: { pages_processed: 3, doc_size_bytes: 9 } });
  expect((await gateway.post("/v1/ocr", key, asked)).status).toBe(200);
  expect(metering().reservations).toMatchObject([{ operation: "ocr", classes: { page: 10 } }]);
  expect(settlement()).toMatchObject({ usage: { classes: { page: 3 } }, usageSource: "reported" });
  upstream.answer = json(read);
  await gateway.post("/v1/ocr", key, { ...asked, pages: [0, 1] });
  expect(metering().reservations[1]).toMatchObject({ classes: { page: 2 } });
  expect(settlement()).toMatchObject({ usage: { classes: { page: 2 } } });
});
