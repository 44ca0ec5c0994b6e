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
])("nothing of a header that lets in is left of “%s”", (said, secret) => {
  expect(redact(said)).not.toContain(secret);
});

test("what is said beside a header is left", () => {
  expect(redact("Authorization: Basic dXNlcjpwYXNz was refused")).toBe("Authorization: [removed] was refused");
  expect(redact("The cookie is missing.")).toBe("The cookie is missing.");
});
