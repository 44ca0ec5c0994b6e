import http from "node:http";
import net from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { watchTurns } from "@/tests/support/loop-turns";
import { workspace } from "@/tests/support/people";

replaceMetering();

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };

/** What the model server answers; it looks at nothing of what it is sent. */
let answer = Buffer.alloc(0);
const upstream = http.createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.url?.endsWith("/responses")) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
});
let gateway: TestGateway;
let key: string;
let keyId: string;
let otherKey: string;

beforeAll(async () => {
  const url = `${await listen(upstream)}/v1`;
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    MODEL_SERVERS: JSON.stringify([{ name: "one", url, models: ["small"] }]),
  });
  const acme = await workspace();
  const newKey = () => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  ({ secret: key, id: keyId } = await newKey());
  otherKey = (await newKey()).secret;
});
beforeEach(() => {
  resetMetering();
  answer = Buffer.from(JSON.stringify(completion));
});
afterAll(async () => {
  await gateway.close();
  await closeNow(upstream);
});

/** Sends a body as it is, and returns the status and the code that it is answered with. */
function send(path: string, body: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(Number(new URL(gateway.url).port), "127.0.0.1");
    let text = "";
    const say = () => resolve(`${text.slice(9, 12)} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ""}`.trim());
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", say).on("error", say);
    const head = [`POST ${path} HTTP/1.1`, "Host: x", `Authorization: Bearer ${key}`, "Content-Type: application/json"];
    socket.write(`${[...head, `Content-Length: ${body.length}`, "Connection: close"].join("\r\n")}\r\n\r\n`);
    socket.write(body);
  });
}

/**
 * Does something while another key asks for chats. Returns what came of it, how much was computed at most before others had their turn, in
 * milliseconds, and by how many MB the heap grew.
 */
async function besideOthers<T>(work: () => Promise<T>) {
  // What is made once is not what is measured.
  await gateway.post(chat, otherKey, hello);
  const { heapUsed } = process.memoryUsage();
  const turns = watchTurns();
  const working = work();
  let isOver = false;
  let grown = 0;
  const asking = (async () => {
    const statuses = new Set<number>();
    while (!isOver) {
      statuses.add((await gateway.post(chat, otherKey, hello)).status);
      grown = Math.max(grown, process.memoryUsage().heapUsed - heapUsed);
    }
    return statuses;
  })();
  const made = await working.finally(() => {
    isOver = true;
  });
  const others = [...(await asking)];
  return { made, others, longestTurn: turns.end(), grownMb: grown / 1_000_000 };
}

/** Far less than a tree of one such body costs, and far more than what goes on at the same time in this process: the clients, the model server, GC. */
const longTurn = 400;

/** 600,000 members, 7.1 MB: a tree of them takes 1.5 s and 150 MB. */
const wide = Buffer.from(`{${Array.from({ length: 600_000 }, (_, i) => `"k${i}":1`).join(",")}}`);

describe("ten bodies of 600,000 members at once hold up no other request", () => {
  test("with a limit that is used up: all are told so", async () => {
    expect(Math.round(wide.length / 100_000)).toBe(71);
    metering().check = (caller) =>
      caller.keyId === keyId
        ? {
            ...{ isGranted: false, reason: "requests", scope: "key", whose: "key", span: "minute" },
            ...{ limit: 1, used: 1, isUnderWay: false, retryAfterSeconds: 9 },
          }
        : { isGranted: true };
    const tenAtOnce = () => Promise.all(Array.from({ length: 10 }, () => send(chat, wide)));
    const { made, others, longestTurn, grownMb } = await besideOthers(tenAtOnce);
    expect(new Set(made)).toEqual(new Set(["429 requests_per_minute"]));
    expect(others).toEqual([200]);
    expect(longestTurn).toBeLessThan(longTurn);
    expect(grownMb).toBeLessThan(300);
  });

  test.each([chat, "/v1/embeddings", "/v1/responses"])(
    "with room for them, at %s: they are too complex",
    async (path) => {
      const tenAtOnce = () => Promise.all(Array.from({ length: 10 }, () => send(path, wide)));
      const { made, others, longestTurn, grownMb } = await besideOthers(tenAtOnce);
      expect(made).toContain("422 body_too_complex");
      for (const each of made) expect(["422 body_too_complex", "429 bodies_under_way"]).toContain(each);
      expect(others).toEqual([200]);
      expect(longestTurn).toBeLessThan(longTurn);
      expect(grownMb).toBeLessThan(300);
    },
  );
});

test("an answer of 12 MB of which another one is made holds up no other request, and of a longer one none is made", async () => {
  const content = "A sentence. ".repeat(1_000_000);
  answer = Buffer.from(
    JSON.stringify({ ...completion, choices: [{ index: 0, message: { role: "assistant", content } }] }),
  );
  const ask = async () => {
    const response = await gateway.post("/v1/responses", key, { model: "small", input: "Hello" });
    let bytes = 0;
    for await (const piece of response.body ?? []) bytes += piece.length;
    return [response.status, response.headers.get("x-atelier-translated"), bytes > content.length];
  };
  const { made, longestTurn } = await besideOthers(ask);
  expect(made).toEqual([200, "/v1/chat/completions", true]);
  expect(longestTurn).toBeLessThan(longTurn);
  answer = Buffer.concat([answer, Buffer.alloc(6_000_000, " ")]);
  expect((await gateway.post("/v1/responses", key, { model: "small", input: "Hello" })).status).toBe(502);
});
