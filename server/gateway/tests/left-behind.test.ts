import http from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;

let upstream: FakeModelServer;
let gateway: TestGateway;
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, key: "upstream-key", models: ["small"] }]);
});
afterAll(async () => {
  agent.destroy();
  await gateway.close();
  await upstream.close();
});

const many = 1_600;
/** What waits to be written, and what the servers of this test leave, is 8 kB of a call; it is 20 kB when a Set holds each call. */
const mostBytesOfCall = 13_000;

test.each([
  ["whole", json(completion)],
  ["a stream", stream([chunk("Hello"), chunk("", { finish: "stop", usage: completion.usage }), "data: [DONE]\n\n"])],
])("a call leaves nothing that only a collection of everything finds: %s", async (kind, answer) => {
  upstream.answer = answer;
  const acme = await workspace();
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  const messages = [{ role: "user", content: "Hello" }];
  const body = JSON.stringify({ model: "small", messages, max_tokens: 5, stream: kind === "a stream" });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const call = () =>
    new Promise<number | undefined>((resolve, reject) => {
      http
        .request(`${gateway.url}/v1/chat/completions`, { method: "POST", agent, headers }, (response) =>
          response.resume().once("end", () => resolve(response.statusCode)),
        )
        .once("error", reject)
        .end(body);
    });
  const callAll = async (count: number) => {
    for (let i = 0; i < count; i += 16) {
      const statuses = await Promise.all(Array.from({ length: 16 }, call));
      expect(new Set(statuses)).toEqual(new Set([200]));
      if (i % 64 === 0) collect({ type: "minor" });
    }
  };
  await callAll(320);
  collect();
  await callAll(many);
  collect({ type: "minor" });
  collect({ type: "minor" });
  const before = process.memoryUsage().heapUsed;
  collect();
  const leftBehind = (before - process.memoryUsage().heapUsed) / many;
  expect(leftBehind).toBeLessThan(mostBytesOfCall);
});
