import { expect, test } from "vitest";
import { describeError } from "./log";

test("IS-18 a cause that is a plain object, as Auth.js has, is described by its error and by whom it is about", () => {
  const err = new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
  const thrown = new Error("Read more at https://errors.authjs.dev", {
    cause: { err, provider: "acme", token: "t0ken" },
  });
  const said = describeError(thrown);
  expect(said).toMatchObject({
    cause: {
      provider: "acme",
      err: { type: "TypeError", message: "fetch failed", cause: { code: "ECONNREFUSED", message: "refused" } },
    },
  });
  expect(JSON.stringify(said)).not.toContain("t0ken");
});

test("a provider's own words are in the log, the address of whom it refused is not", () => {
  const cause = new URLSearchParams({
    error: "access_denied",
    error_description: "AADSTS50020: User account 'grace@example.com' does not exist in tenant",
    code: "s3cret",
    state: "s3cret",
  });
  const said = describeError(new Error("refused for ada@example.com", { cause }));
  expect(said).toMatchObject({
    message: "refused for …@…",
    cause: { error: "access_denied", error_description: expect.stringContaining("AADSTS50020: User account '…@…'") },
  });
  expect(JSON.stringify(said)).not.toMatch(/example|s3cret/);
});

test("what is thrown without being an error says no more than what it is", () => {
  expect(describeError("s3cret")).toEqual({ thrown: "string" });
  expect(describeError(null)).toEqual({ thrown: "object" });
});
