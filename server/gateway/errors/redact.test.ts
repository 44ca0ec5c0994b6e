import { expect, test } from "vitest";
import { redactorOf } from "./redact";

const redact = redactorOf({
  source: { kind: "environment" },
  settings: { name: "main", url: "https://models.example/v1" },
} as never);

test.each([
  ["Authorization: Basic dXNlcjpwYXNzd29yZA== was refused", "dXNlcjpwYXNzd29yZA"],
  ['{"authorization":"Basic dXNlcjpwYXNzd29yZA=="}', "dXNlcjpwYXNzd29yZA"],
  ["cookie: theme=dark; session=5ec4e7", "5ec4e7"],
  ["Set-Cookie: a=b, session=5ec4e7; Path=/", "5ec4e7"],
  ["x-api-key: 5ec4e7", "5ec4e7"],
  ["authorization: Bearer 5ec4e7", "5ec4e7"],
  ["api_key=5ec4e7 is wrong", "5ec4e7"],
])("nothing of a header that lets in is left of “%s”", (said, secret) => {
  expect(redact(said)).not.toContain(secret);
});

test.each([
  ["dial tcp 169.254.169.254:80: refused", "169.254"],
  ["listening at 0.0.0.0:8000", "0.0.0.0"],
  ["connect to [fd12:3456::1]:8000 failed", "fd12"],
  ["connect to fe80::1%eth0 failed", "fe80"],
  ["connect ECONNREFUSED ::1:8000", "::1"],
])("nothing of a private address is left of “%s”", (said, address) => {
  expect(redact(said)).not.toContain(address);
});

test.each([
  "std::1st, version 1.0.0.0.1, at 12::1, feed:1, fade: 10",
  "the api key is missing",
  "2001:db8::1 did not answer",
])("“%s” is left as it is", (said) => {
  expect(redact(said)).toBe(said);
});

test("what is said beside a header is left", () => {
  expect(redact("Authorization: Basic dXNlcjpwYXNz was refused")).toBe("Authorization: [removed] was refused");
  expect(redact("The cookie is missing.")).toBe("The cookie is missing.");
});
