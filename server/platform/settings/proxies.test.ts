import { expect, test } from "vitest";
import { readProxies } from "./proxies";

const isDirect = (list: string, url: string) => readProxies({ NO_PROXY: list }).proxies.isDirect(new URL(url));

test.each([
  "http://localhost:9",
  "https://app.localhost",
  "http://127.0.0.1",
  "http://127.9.9.9",
  "http://[::1]:8080/v1",
])("this machine is never reached by a proxy: %s", (url) => expect(isDirect("", url)).toBe(true));

test.each([
  ["*", "https://models.example", true],
  ["models.example", "https://models.example", true],
  ["models.example", "https://gpu.models.example", true],
  ["models.example", "https://othermodels.example", false],
  [".models.example", "https://gpu.models.example", true],
  ["*.models.example", "https://gpu.models.example", true],
  ["a.example, Models.Example", "https://MODELS.example", true],
  ["a.example b.example", "https://b.example", true],
  ["models.example:8000", "http://models.example:8000", true],
  ["models.example:8000", "http://models.example", false],
  ["models.example:443", "https://models.example", true],
  ["10.0.0.0/8", "http://10.1.2.3:8000", true],
  ["10.0.0.0/8", "http://11.1.2.3", false],
  ["10.0.0.0/99", "http://10.1.2.3", false],
  ["10.1.2.3", "http://10.1.2.3", true],
  ["10.1.2.3:81", "http://10.1.2.3", false],
  ["fd00::/8", "http://[fd12::3]", true],
  ["[fd12::3]:8000", "http://[fd12::3]:8000", true],
  ["", "https://models.example", false],
])("NO_PROXY=%j and %s: without a proxy is %j", (list, url, expected) => {
  expect(isDirect(list, url)).toBe(expected);
});

test("small letters win, one without a scheme is http, and ALL_PROXY is for what has none of its own", () => {
  const { proxies, complaints } = readProxies({
    ...{ http_proxy: "proxy.internal:3128", HTTP_PROXY: "http://other:1" },
    ALL_PROXY: "http://any:2",
  });
  expect(complaints).toEqual([]);
  expect(proxies).toMatchObject({ http: "http://proxy.internal:3128", https: "http://any:2" });
  expect(readProxies({}).proxies).toMatchObject({ http: null, https: null });
});

test("a proxy that is none of http's is refused in a sentence without its value", () => {
  expect(readProxies({ HTTPS_PROXY: "socks5://me:s3cret@proxy" }).complaints).toEqual([
    "HTTPS_PROXY must be an http:// or https:// URL",
  ]);
});
