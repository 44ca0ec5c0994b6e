import { expect, test } from "vitest";
import { describePlace } from "./place";

test.each([
  [null, "Unknown"],
  ["127.0.0.1", "This server's own machine"],
  ["::1", "This server's own machine"],
  ["::ffff:127.0.0.1", "This server's own machine"],
  ["10.1.2.3", "Private network, 10.1.2.3"],
  ["::ffff:192.168.0.4", "Private network, 192.168.0.4"],
  ["172.20.0.1", "Private network, 172.20.0.1"],
  ["fd00::1", "Private network, fd00::1"],
  ["172.32.0.1", "172.32.0.1"],
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8::1", "2001:db8::1"],
])("%s is %s", (ip, words) => {
  expect(describePlace(ip)).toBe(words);
});
