import type { LookupAddress } from "node:dns";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { selfSigned } from "@/tests/support/fakes/certificate";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { startProxy } from "@/tests/support/fakes/proxy";
import { memberRules, operatorRules } from "./addresses";
import { type Guard, guardedFetch } from "./guarded-connections";
import { readProxies } from "./settings/proxies";

let server: TestServer;
let port: string;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeAll(async () => {
  server = await startHttpServer(() => ({ body: { isHere: true } }));
  port = new URL(server.url).port;
  proxy = await startProxy({ port: Number(port) });
});
afterAll(async () => {
  await proxy.stop();
  await server.close();
});
beforeEach(() => {
  proxy.asked.length = 0;
});

const leadsTo =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
const guard = (addresses: string[], more: Partial<Guard> = {}): Guard => ({
  ...{ rules: () => operatorRules, resolve: leadsTo(...addresses), proxy: () => proxy.url },
  ...more,
});
const failure = (asked: Promise<unknown>): Promise<Error> =>
  asked.then(
    () => new Error("answered"),
    (error) => error.cause ?? error,
  );

test("MP-08 the proxy is asked for the address that was checked, not for the name", async () => {
  const response = await guardedFetch(`http://models.test:${port}/v1`, guard(["10.1.2.3"]), {});
  expect(await response.json()).toEqual({ isHere: true });
  expect(proxy.asked).toEqual([`CONNECT 10.1.2.3:${port}`]);
  expect(server.requests.at(-1)).toMatchObject({ headers: { host: `models.test:${port}` } });
});

test.each([
  [["169.254.169.254"], operatorRules],
  [["93.184.216.34", "169.254.169.254"], operatorRules],
  [["::ffff:169.254.169.254"], operatorRules],
  [["10.0.0.1"], memberRules([])],
  [["127.0.0.1"], memberRules([])],
  [[], operatorRules],
])("MP-08 a name that leads to %j is refused, and the proxy is not asked", async (addresses, rules) => {
  const error = await failure(guardedFetch("https://models.test/v1", guard(addresses, { rules: () => rules }), {}));
  expect(error.name).toBe("AddressRefused");
  expect(proxy.asked).toEqual([]);
});

test.each(["https://169.254.169.254/latest", "https://[fd00:ec2::254]/latest", "https://2852039166/"])(
  "MP-08 %s is refused as it is",
  async (url) => {
    expect((await failure(guardedFetch(url, guard(["10.0.0.1"]), {}))).name).toBe("AddressRefused");
    expect(proxy.asked).toEqual([]);
  },
);

test("MP-08 members' connections are not made unencrypted by a proxy either", async () => {
  const members = guard(["93.184.216.34"], { rules: () => memberRules([]) });
  expect((await failure(guardedFetch(`http://models.test:${port}/v1`, members, {}))).name).toBe("AddressRefused");
  expect(proxy.asked).toEqual([]);
});

test("MP-08 TLS is made with the server, by its name", async () => {
  const { certificate, key } = selfSigned();
  const names: string[] = [];
  const secure = https.createServer({
    ...{ cert: certificate, key },
    SNICallback: (name, done) => {
      names.push(name);
      done(null, createSecureContext({ cert: certificate, key }));
    },
  });
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  const through = await startProxy(secure.address() as AddressInfo);
  const error = await failure(
    guardedFetch("https://models.test/v1", guard(["10.1.2.3"], { proxy: () => through.url }), {}),
  );
  expect((error as NodeJS.ErrnoException).code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect([through.asked, names]).toEqual([["CONNECT 10.1.2.3:443"], ["models.test"]]);
  await through.stop();
  secure.close();
});

test("MP-08 a proxy is given its user and password, and one that refuses is an error without them", async () => {
  const seen: (string | undefined)[] = [];
  const strict = http.createServer();
  strict.on("connect", (request, socket) => {
    seen.push(request.headers["proxy-authorization"]);
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
  const url = `http://ada:p%40ss@127.0.0.1:${(strict.address() as AddressInfo).port}`;
  const error = await failure(guardedFetch("https://models.test/v1", guard(["10.1.2.3"], { proxy: () => url }), {}));
  expect(error.message).toBe("the proxy refuses a tunnel with status 407");
  expect(seen).toEqual([`Basic ${Buffer.from("ada:p@ss").toString("base64")}`]);
  strict.close();
});

test("MP-08 what NO_PROXY lists is reached directly", async () => {
  const { proxies } = readProxies({ HTTP_PROXY: proxy.url, NO_PROXY: "models.test" });
  const byEnvironment = (url: URL) => (proxies.isDirect(url) ? null : proxies.http);
  const response = await guardedFetch(
    `http://models.test:${port}/v1`,
    guard(["127.0.0.1"], { proxy: byEnvironment }),
    {},
  );
  expect(response.status).toBe(200);
  expect(proxy.asked).toEqual([]);
});
