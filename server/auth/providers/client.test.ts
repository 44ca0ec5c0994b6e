import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeError } from "@/server/platform/log";
import type { ProviderSettings } from "@/server/platform/settings/providers";
import { startDefaultIssuer } from "@/tests/support/fakes/default-issuer";
import { type OddKind, oddClient, startOddIssuers } from "@/tests/support/fakes/odd-issuer";
import { vouchedAddress } from "./address";
import { askProvider, authorizationUrl, newChecks, redirectUri } from "./client";
import { failureOf } from "./failure";

let odd: Awaited<ReturnType<typeof startOddIssuers>>;
beforeAll(async () => {
  odd = await startOddIssuers();
});
afterAll(() => odd.stop());

let counter = 0;

function settings(issuer: string, values: Partial<ProviderSettings> = {}): ProviderSettings {
  counter += 1;
  return {
    ...{ id: `p-${counter}`, name: "Acme ID", protocol: "oidc", issuer, scope: "openid email profile" },
    ...{ ...oddClient, trustEmail: false, emailClaim: "email", ...values },
  };
}

/** Signs in at one of the non-standard issuers as its login page does, and returns its answer about the person. */
async function answerOf(kind: OddKind, values: Partial<ProviderSettings> = {}, login = "grace@example.com") {
  const provider = settings(`${odd.origin}/${kind}`, values);
  const checks = newChecks();
  const url = new URL(await authorizationUrl(provider, checks));
  url.pathname = url.pathname.replace(/authorize$/, "hop");
  url.searchParams.set("login", login);
  const response = await fetch(url, { redirect: "manual" });
  const back = new URL(response.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(redirectUri(provider));
  return { provider, answer: await askProvider(provider, back.search, checks) };
}

/** Returns the kind of failure of a sign-in, and its log line. */
async function failureAt(kind: OddKind, values: Partial<ProviderSettings> = {}) {
  const failure = await answerOf(kind, values).then(
    () => undefined,
    (error) => failureOf(error),
  );
  return { kind: failure?.kind, said: JSON.stringify(describeError(failure)) };
}

test("IS-18 an issuer that says its booleans as text vouches for an address", async () => {
  const { provider, answer } = await answerOf("text");
  expect(vouchedAddress(provider, answer.claims)).toBe("grace@example.com");
});

test("IS-18 an address about which an issuer says nothing counts only where the operator trusts it", async () => {
  const untrusted = await answerOf("silent");
  expect(vouchedAddress(untrusted.provider, untrusted.answer.claims)).toBeNull();
  const trusted = await answerOf("silent", { trustEmail: true });
  expect(vouchedAddress(trusted.provider, trusted.answer.claims)).toBe("grace@example.com");
});

test.each([false, "false"])(
  "IS-18 an address that the issuer says is not verified (%j) is not trusted either",
  (said) => {
    const trusting = { trustEmail: true, emailClaim: "email" };
    expect(vouchedAddress(trusting, { email: "grace@example.com", email_verified: said })).toBeNull();
  },
);

test("IS-18 another claim than email is not what email_verified is about", () => {
  const claims = { upn: "grace@example.com", email: "other@example.com", email_verified: true };
  expect(vouchedAddress({ trustEmail: false, emailClaim: "upn" }, claims)).toBeNull();
  expect(vouchedAddress({ trustEmail: true, emailClaim: "upn" }, claims)).toBe("grace@example.com");
});

test("IS-18 a secret is sent in the body where the discovery document offers nothing else", async () => {
  expect((await answerOf("post")).answer.subject).toBe("id of grace@example.com");
  expect(await failureAt("post", { clientAuthentication: "client_secret_basic" })).toMatchObject({
    kind: "misconfigured",
    said: expect.stringContaining("invalid_client"),
  });
});

test.each([
  ["post", { clientSecret: "another" }],
  ["text", { clientSecret: "another" }],
] as const)("IS-18 a client that the provider does not know is said to be that (%s)", async (kind, values) => {
  const { said } = await failureAt(kind, values);
  expect(said).toContain("compare the client ID and the secret");
});

test("IS-18 an ID token that is signed with another key is refused", async () => {
  expect(await failureAt("forged")).toMatchObject({
    kind: "misconfigured",
    said: expect.stringContaining("signature verification failed"),
  });
});

test("IS-18 once a provider has changed its keys, by other names or the same, the second sign-in at the latest works", async () => {
  const values = { id: "changing" };
  await answerOf("text", values);
  for (const name of ["another", "another", "the-only-one"]) {
    odd.rotate(name);
    const tries = [await failureAt("text", values), await failureAt("text", values)];
    expect(tries.at(-1)?.kind).toBeUndefined();
  }
});

test("IS-18 a clock that is ten minutes off is said, and by how much", async () => {
  const [late, early] = [await failureAt("late"), await failureAt("early")];
  expect([late.kind, early.kind]).toEqual(["clock", "clock"]);
  expect(late.said).toContain("made 10 minutes ago, that clock is behind");
  expect(early.said).toContain("10 minutes ahead of the one of this server");
});

test("IS-18 an issuer on a private network may not lead to a public address without TLS", async () => {
  expect(await failureAt("http")).toMatchObject({ kind: "misconfigured", said: expect.stringContaining("private") });
});

test("IS-18 a provider that fails or is not there is told apart from one that is wrongly configured", async () => {
  expect((await failureAt("broken")).kind).toBe("unreachable");
  const gone = settings("http://localhost:9/unused");
  const failure = await authorizationUrl(gone, newChecks()).catch(failureOf);
  expect(failure).toMatchObject({ kind: "unreachable" });
});

test("IS-18 a slash too many or too few at the end of the issuer makes no difference", async () => {
  const provider = settings(`${odd.origin}/text/`);
  expect(await authorizationUrl(provider, newChecks())).toContain(`${odd.origin}/text/authorize?`);
});

test("IS-18 Cancel at the provider is told apart from a failure", async () => {
  const provider = settings(`${odd.origin}/text`);
  const checks = newChecks();
  await authorizationUrl(provider, checks);
  const failure = await askProvider(provider, `?error=access_denied&state=${checks.state}`, checks).catch(failureOf);
  expect(failure).toMatchObject({ kind: "cancelled" });
});

test("IS-18 an answer to another attempt, or to none, is refused", async () => {
  const provider = settings(`${odd.origin}/text`);
  const failure = await askProvider(provider, `?code=x&state=${newChecks().state}`, newChecks()).catch(failureOf);
  expect(failure).toMatchObject({ kind: "misconfigured" });
});

describe("IS-18 oidc-provider in its default form", () => {
  let issuer: Awaited<ReturnType<typeof startDefaultIssuer>>;
  let provider: ProviderSettings;
  beforeAll(async () => {
    provider = settings("http://localhost");
    issuer = await startDefaultIssuer({ ...oddClient, redirectUri: redirectUri(provider) });
    provider.issuer = issuer.origin;
  });
  afterAll(() => issuer.stop());

  test("the address is only at the userinfo endpoint, and is found there", async () => {
    const checks = newChecks();
    const back = await issuer.signIn(await authorizationUrl(provider, checks), "grace@example.com");
    const answer = await askProvider(provider, new URL(back).search, checks);
    expect(answer.claims).not.toHaveProperty("email");
    expect(vouchedAddress(provider, await answer.askMore())).toBe("grace@example.com");
  });
});
