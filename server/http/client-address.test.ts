import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress } from "./client-address";

const address = (peer: string, forwarded: string | undefined, proxies: number) =>
  clientAddress(
    { socket: { remoteAddress: peer }, headers: { "x-forwarded-for": forwarded } } as unknown as IncomingMessage,
    proxies,
  );

test("without proxies of ours a client's own word about its address counts for nothing", () => {
  expect(address("::ffff:203.0.113.7", "6.6.6.6", 0)).toBe("203.0.113.7");
});

test("with n proxies the n-th entry from the right counts, whatever a client put further left", () => {
  expect(address("10.0.0.1", "6.6.6.6, 203.0.113.9", 1)).toBe("203.0.113.9");
  expect(address("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2)).toBe("203.0.113.9");
});

test("a port, brackets and a zone are no part of an address", () => {
  expect(address("10.0.0.1", "6.6.6.6, 203.0.113.9:51234", 1)).toBe("203.0.113.9");
  expect(address("10.0.0.1", "[2001:db8::1]:443", 1)).toBe("2001:db8::1");
  expect(address("10.0.0.1", "fe80::1%eth0", 1)).toBe("fe80::1");
});

test("what is no address leaves the peer's, and never an entry further left", () => {
  for (const entry of ["unknown", "", "999.999.999.999", ":::::::", "6.6.6.6 evil"]) {
    expect(address("10.0.0.1", `6.6.6.6, ${entry}`, 1)).toBe("10.0.0.1");
  }
  expect(address("10.0.0.1", "203.0.113.9", 2)).toBe("10.0.0.1");
});
