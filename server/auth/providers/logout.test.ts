import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { forgetExpired } from "@/server/auth/expired";
import { findPerson, hashSessionToken } from "@/server/auth/person";
import { limits } from "@/server/platform/throttling/limits";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { closedUrl } from "@/tests/support/fakes/http-server";
import { startOddIssuers } from "@/tests/support/fakes/odd-issuer";
import { newPerson } from "@/tests/support/people";
import { findAnyProvider } from "./list";
import { endByProvider, LogoutRefused } from "./logout";

let odd: Awaited<ReturnType<typeof startOddIssuers>>;
let providerId: string;
beforeAll(async () => {
  odd = await startOddIssuers();
  providerId = await insertSignInProvider(owner, "Odd", { issuer: `${odd.origin}/text` });
});
afterAll(() => odd.stop());
beforeEach(async () => {
  await owner`delete from rate_buckets`;
});

const origin = (ip = "192.0.2.7") => ({ ip, userAgent: "the provider", requestId: "r" });

async function end(token: unknown, { id = providerId, ip = "192.0.2.7" } = {}): Promise<number> {
  const settings = (await findAnyProvider(id))?.settings;
  if (!settings || settings.protocol === "saml") throw new Error("there is no such provider");
  return endByProvider(settings, token, origin(ip));
}

/**
 * Creates a person who has linked the provider, with five sessions: two at the provider, one at it without a session
 * id, one by mail, one at another provider.
 */
async function linkedPerson() {
  const { person } = await newPerson();
  const subject = `s-${randomUUID()}`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', ${providerId}, ${subject})`;
  const begin = async (provider: string | null, session: string | null) => {
    const token = randomBytes(32).toString("base64url");
    await owner`
      insert into sessions (token_hash, user_id, expires_at, provider, provider_session_hash)
      values (${hashSessionToken(token)}, ${person.id}, now() + interval '1 day', ${provider}, ${session && hashSessionToken(session)})`;
    return token;
  };
  const [sid, otherSid] = [`a-${subject}`, `b-${subject}`];
  const tokens = {
    ...{
      one: await begin(providerId, sid),
      two: await begin(providerId, otherSid),
      unnamed: await begin(providerId, null),
    },
    ...{ byMail: await begin(null, null), elsewhere: await begin("github", sid) },
  };
  const living = async () => {
    const found: string[] = [];
    for (const [name, token] of Object.entries(tokens)) if (await findPerson(token)) found.push(name);
    return found;
  };
  return { person, subject, sid, living };
}

const rowsOf = (userId: string) =>
  owner`select detail from account_events where user_id = ${userId} and action = 'account.signed_out_by_provider'`;

test.each([
  ["a subject", (who: { subject: string }) => ({ sub: who.subject }), ["byMail", "elsewhere"], 3],
  ["a session", (who: { sid: string }) => ({ sid: who.sid }), ["two", "unnamed", "byMail", "elsewhere"], 1],
  [
    "a session of a subject",
    (who: { sid: string; subject: string }) => ({ sub: who.subject, sid: who.sid }),
    ["two", "byMail", "elsewhere"],
    2,
  ],
] as const)(
  "SI-15 a provider that names %s ends those of its sessions, with one row",
  async (_, claims, left, count) => {
    const [who, other] = [await linkedPerson(), await linkedPerson()];
    expect(await end(odd.logoutToken("text", claims(who)))).toBe(count);
    expect(await who.living()).toEqual(left);
    expect(await other.living()).toHaveLength(5);
    expect((await rowsOf(who.person.id)).map(({ detail }) => detail)).toEqual([
      { provider: providerId, sessions: count },
    ]);
  },
);

test("SI-15 who has no session, and who is not known, is nothing to end", async () => {
  expect(await end(odd.logoutToken("text", { sub: "unknown" }))).toBe(0);
  const who = await linkedPerson();
  const another = await insertSignInProvider(owner, "Another", { issuer: `${odd.origin}/post` });
  expect(await end(odd.logoutToken("post", { sub: who.subject, sid: who.sid }), { id: another })).toBe(0);
  expect(await who.living()).toHaveLength(5);
  expect(await rowsOf(who.person.id)).toHaveLength(0);
});

const now = () => Math.floor(Date.now() / 1_000);
const aStranger = { isForged: true };

describe("SI-16 a bad logout token ends nothing", () => {
  test.each<[string, object, Parameters<typeof odd.logoutToken>[2], string]>([
    ["signed by a stranger", {}, aStranger, "signature"],
    ["of another issuer", { iss: "https://evil.example" }, {}, '"iss"'],
    ["for another client", { aud: "another" }, {}, '"aud"'],
    ["without events", { events: undefined }, {}, '"events"'],
    ["with other events", { events: { "http://schemas.openid.net/event/other": {} } }, {}, "no logout token"],
    [
      "with the event in a text",
      { events: "http://schemas.openid.net/event/backchannel-logout" },
      {},
      "no logout token",
    ],
    ["with a nonce", { nonce: "n" }, {}, "nonce"],
    ["without a time", { iat: undefined }, {}, '"iat"'],
    ["of long ago", { iat: now() - 1_200 }, {}, '"iat"'],
    ["of the future", { iat: now() + 1_200 }, {}, '"iat"'],
    ["that has expired", { exp: now() - 400 }, {}, '"exp"'],
    ["without an id", { jti: undefined }, {}, '"jti"'],
    ["that names no person", { sub: undefined }, {}, "neither whose"],
    ["that names no person as text", { sub: 17, sid: [] }, {}, "sub"],
    ["of another type", {}, { header: { typ: "at+jwt" } }, "another type"],
    ["without a signature", {}, { header: { alg: "none" } }, "alg"],
    ["with a shared secret", {}, { header: { alg: "HS256" } }, "alg"],
    ["of an unknown key", {}, { header: { kid: "another" } }, "no applicable key"],
  ])("%s", async (_, more, how, reason) => {
    const who = await linkedPerson();
    const error = await end(odd.logoutToken("text", { sub: who.subject, ...more }, how)).catch(
      (thrown: Error) => thrown,
    );
    expect(error).toBeInstanceOf(LogoutRefused);
    expect((error as Error).message).toContain(reason);
    expect(await who.living()).toHaveLength(5);
  });

  test("none at all, and what is none", async () => {
    for (const token of [null, "", "a.b.c", "x".repeat(20_001), new File(["x"], "x")])
      await expect(end(token)).rejects.toBeInstanceOf(LogoutRefused);
  });

  test("used before, also many times at once, for as long as it could be used", async () => {
    const token = odd.logoutToken("text", { sub: "unknown" });
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => end(token)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await transaction("write", {}, forgetExpired);
    await expect(end(token)).rejects.toThrow("used before");
    await owner`update logout_tokens set expires_at = now() - interval '1 second'`;
    await transaction("write", {}, forgetExpired);
    expect(await owner`select from logout_tokens`).toHaveLength(0);
  });

  test("from a provider that does not answer: it can be sent again", async () => {
    const id = await insertSignInProvider(owner, "Silent", { issuer: await closedUrl() });
    const error = await end(odd.logoutToken("text", { sub: "x" }), { id }).catch((thrown: Error) => thrown);
    expect(error).not.toBeInstanceOf(LogoutRefused);
  });

  test("too many from one address", async () => {
    const ip = "198.51.100.8";
    await end("x", { ip }).catch(() => {});
    await owner`update rate_buckets set level = ${limits.logoutTokensPerClient.burst}, at = now() + interval '1 minute'`;
    await expect(end(odd.logoutToken("text", { sub: "x" }), { ip })).rejects.toMatchObject({
      cause: { reason: "too_many" },
    });
  });
});
