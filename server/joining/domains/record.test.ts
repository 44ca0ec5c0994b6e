import { afterAll, expect, test } from "vitest";
import { startDns } from "@/tests/support/dns-server";
import { newPerson, workspace } from "@/tests/support/people";
import { lookUp, recordName, recordValue } from "./resolver";

const dns = await startDns();
process.env.DNS_SERVERS = dns.address;
afterAll(() => dns.stop());

const challenge = "0123456789abcdef0123456789abcdef01234567";
const value = recordValue(challenge);

test.each([
  ["the value", [value], "found"],
  ["the value among others", ["v=spf1 -all", value], "found"],
  ["the value with more behind it", [`${value}0`], "missing"],
  ["the value with more before it", [`x${value}`], "missing"],
  ["the value quoted in a sentence", [`"${value}"`], "missing"],
  ["the value in capitals", [value.toUpperCase()], "missing"],
  ["the challenge alone", [challenge], "missing"],
  ["another challenge", [recordValue("f".repeat(40))], "missing"],
] as const)("a TXT record with %s: %s is %s", async (_, records, expected) => {
  dns.zone.set(recordName("company.com"), [...records]);
  expect(await lookUp("company.com", challenge)).toBe(expected);
});

test.each(["ada@team.corporation.com", "ada@my-corporation.com", "ada@corporation.com.example.org"])(
  "the Admin's address %s proves nothing about corporation.com",
  async (email) => {
    const acme = await workspace(undefined, await newPerson({ email }));
    const added = await acme.admin.api.domains.add({
      workspace: acme.slug,
      domain: "corporation.com",
      mode: "request",
    });
    expect(added).toEqual({ isVerified: false });
  },
);
