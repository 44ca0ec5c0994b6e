import { expect, test } from "vitest";
import { claimsByReference, shownClaims, shownError } from "./shown-claims";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJncmFjZSJ9.c2lnbmF0dXJl";
const shownAs = (claims: Record<string, unknown>, name: string) =>
  shownClaims(claims).find((claim) => claim.name === name)?.value;

test("SI-03 every claim is shown as it came, and nothing that is a token", () => {
  const claims = {
    ...{ sub: "grace", email_verified: "true", amr: ["pwd", "mfa"], address: { country: "US" }, at_hash: "abc" },
    ...{ access_token: "opaque", nested: { refreshToken: "opaque", said: `see ${jwt}` }, note: jwt, nonce: "n" },
    _claim_names: { groups: "src1" },
    _claim_sources: { src1: { endpoint: "https://graph.example.com/groups", access_token: "opaque", JWT: jwt } },
  };
  const text = JSON.stringify(shownClaims(claims));
  expect(text).not.toContain("opaque");
  expect(text).not.toContain(jwt);
  expect(shownAs(claims, "sub")).toBe("grace");
  expect(shownAs(claims, "email_verified")).toBe("true");
  expect(shownAs(claims, "amr")).toBe('["pwd","mfa"] (2 entries)');
  expect(shownAs(claims, "_claim_sources")).toContain("https://graph.example.com/groups");
  expect(claimsByReference(claims)).toEqual(["groups"]);
});

test("SI-03 claims of any size and form fit a page", () => {
  const groups = Array.from({ length: 5_000 }, (_, index) => `group-${index}`);
  const value = shownAs({ groups }, "groups") ?? "";
  expect(value.length).toBeLessThan(2_100);
  expect(value).toContain("(5,000 entries)");
  const many = Object.fromEntries(groups.map((name) => [name, "\ud800\u0000"]));
  expect(shownClaims(many)).toHaveLength(101);
  expect(JSON.stringify(shownClaims(many))).not.toContain("\\u0000");
  for (const odd of [null, 1, true, undefined, [], {}, "constructor"]) {
    expect(shownClaims({ odd })).toHaveLength(1);
    expect(claimsByReference({ _claim_names: odd })).toEqual(typeof odd === "string" ? [] : expect.any(Array));
  }
});

test("SI-03 an error is shown with its causes, without a token", () => {
  const cause = Object.assign(new Error("invalid"), { error: "invalid_client", error_description: `for ${jwt}` });
  expect(shownError(new Error("no", { cause }))).toBe("no – invalid, invalid_client, for (not shown)");
  expect(shownError("text")).toBe("");
});
