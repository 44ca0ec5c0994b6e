import { expect, test } from "vitest";
import { AddressRanges, isAddressAllowed, isPlainAllowed, memberRules, operatorRules, plainAddress } from "./addresses";

/** Returns a host as the URL parser writes it: decimal, octal and hexadecimal forms become dotted ones. */
const hostOf = (typed: string) => new URL(`http://${typed}/`).hostname;

test.each([
  ...["127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "0.0.0.0", "0.1.2.3"],
  ...["169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255"],
  ...["198.18.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.7", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"],
  ...["[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "[ff02::1]", "[2001:db8::1]"],
  ...["[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[::ffff:169.254.169.254]", "[::10.0.0.1]", "[64:ff9b::a00:1]"],
  ...[
    "127.0.0.1.",
    "0x7f.1",
    "017700000001",
    "0x7f.0.0x0.1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "169.254.43518",
    "127。0。0。1",
  ],
  ...["[0:0:0:0:0:ffff:7f00:1]", "[::7f00:1]", "[::ffff:0:7f00:1]", "[2001:0:a00:1::]", "[3fff::1]", "[ff0e::1]"],
  ...["[64:ff9b:1::a00:1]", "[2002:a00:1::]", "[2001::1]", "[fec0::1]", "[4000::1]", "[e000::1]"],
])("MP-05 a member's provider cannot be at %s", (typed) => {
  expect(isAddressAllowed(hostOf(typed), memberRules([]))).toBe(false);
});

test.each(["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]"])(
  "MP-05 a member's provider can be at %s",
  (typed) => expect(isAddressAllowed(hostOf(typed), memberRules([]))).toBe(true),
);

test("MP-05 ranges that operators list are allowed, and of them no metadata address", () => {
  const rules = memberRules(["10.0.0.0/8", "169.254.0.0/16", "fd00::/8", "127.0.0.1"]);
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "127.0.0.1", "fd12::1"])
    expect([address, isAddressAllowed(address, rules)]).toEqual([address, true]);
  for (const address of ["169.254.169.254", "::ffff:a9fe:a9fe", "fd00:ec2::254", "127.0.0.2", "192.168.0.1", "x", ""])
    expect([address, isAddressAllowed(address, rules)]).toEqual([address, false]);
});

test("MP-05 a network with IPv6 alone reaches IPv4 addresses by translation, and those that are refused are refused there, too", () => {
  expect(isAddressAllowed("64:ff9b::101:101", memberRules([]))).toBe(true);
  const rules = memberRules(["64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "10.0.0.0/8"]);
  expect(isAddressAllowed("64:ff9b::a00:1", rules)).toBe(true);
  for (const address of ["64:ff9b::c0a8:1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:a9fe:a9fe::1"])
    expect([address, isAddressAllowed(address, rules)]).toEqual([address, false]);
  const metadata = [
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "::a9fe:a9fe",
    "::ffff:0:a9fe:a9fe",
  ];
  for (const address of metadata) expect([address, isAddressAllowed(address, operatorRules)]).toEqual([address, false]);
});

test("MP-05 an operator's provider can be on a private network, and at no metadata address", () => {
  for (const address of ["127.0.0.1", "10.0.0.1", "::1", "1.1.1.1"])
    expect(isAddressAllowed(address, operatorRules)).toBe(true);
  for (const address of ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "fd00:ec2::254", "0.0.0.0"])
    expect(isAddressAllowed(address, operatorRules)).toBe(false);
});

test("an address is told by what is connected to", () => {
  expect(plainAddress("[::ffff:c0a8:101]")).toEqual({ address: "192.168.1.1", family: "ipv4" });
  expect(plainAddress("0:0:0:0:0:ffff:10.0.0.1")).toEqual({ address: "10.0.0.1", family: "ipv4" });
  expect(plainAddress("fe80::1%eth0")).toEqual({ address: "fe80::1", family: "ipv6" });
  expect(plainAddress("example.com")).toBeUndefined();
});

test.each(["10.0.0.0/33", "10.0.0", "::/129", "a/8", "10.0.0.0/", "10.0.0.0/8x"])("%s is no range", (range) => {
  expect(() => new AddressRanges([range])).toThrow();
});

test("MP-05 what members enter is reached unencrypted only in ranges that operators allow", () => {
  const rules = memberRules(["10.1.0.0/16"]);
  const outcomes = ["10.1.2.3", "::ffff:10.1.2.3", "93.184.216.34", "10.2.0.1", ""].map((address) =>
    isPlainAllowed(address, rules),
  );
  expect(outcomes).toEqual([true, true, false, false, false]);
  expect(isPlainAllowed("93.184.216.34", memberRules([]))).toBe(false);
  expect(isPlainAllowed("93.184.216.34", operatorRules)).toBe(true);
});
