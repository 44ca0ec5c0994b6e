import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { memberRules, operatorRules } from "./addresses";
import { type Guard, guardedFetch, guardedPool } from "./guarded-connections";

let server: TestServer;
let port: string;

beforeAll(async () => {
  server = await startHttpServer(() => ({ body: { isHere: true } }));
  port = new URL(server.url).port;
});
afterAll(() => server.close());

/** Answers look-ups with these lists of addresses, one after another; then always with the last one. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  const resolve = async (hostname: string): Promise<LookupAddress[]> => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return { asked, resolve };
}

const loopback = memberRules(["127.0.0.1"]);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "answered",
    (error) => (error as { cause?: { name?: string } }).cause?.name ?? error.name,
  );

test("MP-05 a name is looked up once for a connection, which goes to the address that was checked", async () => {
  const { asked, resolve } = resolver(["127.0.0.1"], ["10.0.0.1"]);
  const guard: Guard = { rules: () => loopback, resolve };
  const response = await guardedFetch(`http://models.test:${port}/v1/models`, guard, {});
  expect(await response.json()).toEqual({ isHere: true });
  expect(asked).toEqual(["models.test"]);
  expect(server.requests.at(-1)).toMatchObject({ headers: { host: `models.test:${port}` } });
});

test("MP-05 a name that leads elsewhere later is refused at the next connection", async () => {
  const { resolve } = resolver(["127.0.0.1"], ["169.254.169.254"]);
  const rules = () => memberRules(["127.0.0.1"]);
  const once = () => guardedFetch(`http://models.test:${port}/v1/models`, { rules, resolve }, {});
  await (await once()).text();
  expect(await codeOf(once())).toBe("AddressRefused");
});

test.each([
  [["10.0.0.1"]],
  [["93.184.216.34", "10.0.0.1"]],
  [["::ffff:7f00:1"]],
  [["169.254.169.254"]],
  [["::1"]],
  [[]],
])("MP-05 a name that leads to %j is refused", async (addresses) => {
  const { resolve } = resolver(addresses);
  const guard: Guard = { rules: () => memberRules([]), resolve };
  expect(await codeOf(guardedFetch(`http://models.test:${port}/`, guard, {}))).toBe("AddressRefused");
});

test.each(["127.0.0.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "localhost"])(
  "MP-05 the host %s is refused without a connection",
  async (host) => {
    const before = server.requests.length;
    const guard: Guard = { rules: () => memberRules([]) };
    expect(await codeOf(guardedFetch(`http://${host}:${port}/`, guard, {}))).toBe("AddressRefused");
    expect(server.requests.length).toBe(before);
  },
);

test("MP-05 connections that are kept for calls are guarded alike, and what operators allow holds from the next one on", async () => {
  let ranges = ["127.0.0.1"];
  const guard: Guard = { rules: () => memberRules(ranges) };
  const url = new URL(`http://127.0.0.1:${port}`);
  const ask = async () => {
    const pool = await guardedPool(url, guard, { idleMs: 10 }, () => {});
    const { statusCode, body } = await pool.request({ origin: url.origin, method: "GET", path: "/" });
    await body.dump();
    await pool.close();
    return statusCode;
  };
  expect(await ask()).toBe(200);
  ranges = [];
  await expect(ask()).rejects.toMatchObject({ name: "AddressRefused" });
});

test("MP-05 no fetch is faster because another one was at the same host before", async () => {
  let connections = 0;
  const counting = createServer((_, response) => response.end("{}")).on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => counting.listen(0, "127.0.0.1", resolve));
  const { port } = counting.address() as AddressInfo;
  const guard: Guard = { rules: () => loopback };
  for (let i = 0; i < 3; i += 1) await (await guardedFetch(`http://127.0.0.1:${port}/`, guard, {})).text();
  expect(connections).toBe(3);
  counting.close();
});

test("MP-05 a redirect is not followed", async () => {
  const moved = await startHttpServer(() => ({ status: 302, body: "", headers: { location: `${server.url}/secret` } }));
  const before = server.requests.length;
  await expect(guardedFetch(`${moved.url}/v1/models`, { rules: () => operatorRules }, {})).rejects.toThrow();
  expect(server.requests.length).toBe(before);
  await moved.close();
});
