import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findPerson, hashSessionToken } from "@/server/auth/person";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { owner } from "@/tests/support/database";
import { insertSamlProvider } from "@/tests/support/factories/providers";
import { isRequestSigned, type Keys, newKeys } from "@/tests/support/fakes/saml-idp";
import {
  type LogoutScript,
  readLogoutAnswer,
  writeLogoutForm,
  writeLogoutQuery,
} from "@/tests/support/fakes/saml-logout";
import { newPerson } from "@/tests/support/people";
import { findAnyProvider } from "../providers/list";
import { LogoutRefused } from "../providers/logout";
import { ownKeys } from "./keys";
import { endBySamlProvider } from "./logout";
import { serviceAddresses } from "./service";

let [keys, former]: Keys[] = [];
let provider: SamlSettings;
beforeAll(async () => {
  [keys, former] = [newKeys(), newKeys()];
  provider = await samlProvider();
});
beforeEach(async () => {
  await owner`delete from rate_buckets`;
});

async function samlProvider(changes: Partial<SamlSettings> = {}): Promise<SamlSettings> {
  const certificates = [keys?.certificate ?? ""];
  const id = await insertSamlProvider(owner, `At ${randomUUID().slice(0, 8)}`, { certificates });
  const found = (await findAnyProvider(id))?.settings;
  if (found?.protocol !== "saml") throw new Error("there is no such provider");
  return { ...found, ...changes };
}

const bindings = ["a form", "an address"] as const;
type Binding = (typeof bindings)[number];

const origin = { ip: "192.0.2.7", userAgent: "a browser", requestId: "r" };

function send(script: LogoutScript, binding: Binding, of = provider) {
  const { logoutUrl } = serviceAddresses(provider);
  const how = [keys as Keys, provider.issuer, logoutUrl, script] as const;
  const sent = binding === "a form" ? { form: writeLogoutForm(...how) } : { query: writeLogoutQuery(...how) };
  return endBySamlProvider(of, sent, origin);
}

/**
 * Creates a person who has linked the provider, with five sessions: two at the provider, one at it without a session
 * id, one by mail, one at another provider.
 */
async function linkedPerson(of = provider) {
  const { person } = await newPerson();
  const subject = `s-${randomUUID()}`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', ${of.id}, ${subject})`;
  const begin = async (at: string | null, session: string | null) => {
    const token = randomBytes(32).toString("base64url");
    await owner`
      insert into sessions (token_hash, user_id, expires_at, provider, provider_session_hash)
      values (${hashSessionToken(token)}, ${person.id}, now() + interval '1 day', ${at}, ${session && hashSessionToken(session)})`;
    return token;
  };
  const [one, two] = [`a-${subject}`, `b-${subject}`];
  const tokens = {
    ...{ one: await begin(of.id, one), two: await begin(of.id, two), unnamed: await begin(of.id, null) },
    ...{ byMail: await begin(null, null), elsewhere: await begin("github", one) },
  };
  const living = async () => {
    const found: string[] = [];
    for (const [name, token] of Object.entries(tokens)) if (await findPerson(token)) found.push(name);
    return found;
  };
  return { person, subject, one, two, living };
}

type Linked = Awaited<ReturnType<typeof linkedPerson>>;

describe.each(bindings)("SI-20 a SAML provider asks by %s", (binding) => {
  test.each<[string, (who: Linked) => LogoutScript, string[], number]>([
    ["a person", ({ subject }) => ({ nameId: subject, sessions: [] }), ["byMail", "elsewhere"], 3],
    [
      "a session of a person",
      ({ subject, one }) => ({ nameId: subject, sessions: [one] }),
      ["two", "byMail", "elsewhere"],
      2,
    ],
    [
      "two sessions of a person",
      ({ subject, one, two }) => ({ nameId: subject, sessions: [one, two] }),
      ["byMail", "elsewhere"],
      3,
    ],
  ])("to end %s: those of its sessions end, with one row, and no other person's", async (_, script, left, count) => {
    const [who, other] = [await linkedPerson(), await linkedPerson()];
    expect(await send(script(who), binding)).toEqual({ ended: count, answerUrl: null });
    expect(await who.living()).toEqual(left);
    expect(await other.living()).toHaveLength(5);
    const rows = await owner`
      select detail from account_events where user_id = ${who.person.id} and action = 'account.signed_out_by_provider'`;
    expect(rows.map(({ detail }) => detail)).toEqual([{ provider: provider.id, sessions: count }]);
  });

  test("where accounts are linked by an attribute, sessions alone say which end: a NameID could be another person's", async () => {
    const who = await linkedPerson();
    const byAttribute = { ...provider, subjectClaim: "uid" };
    await expect(send({ nameId: who.subject, sessions: [] }, binding, byAttribute)).rejects.toThrow("names no session");
    expect((await send({ nameId: "another name", sessions: [who.one] }, binding, byAttribute)).ended).toBe(1);
    expect(await who.living()).toEqual(["two", "unnamed", "byMail", "elsewhere"]);
  });

  test("the browser goes back with the answer to this request, and with the state that it came with; signed where that is chosen", async () => {
    const signOutUrl = "https://login.example.com/slo?tenant=7";
    const relayState = "/next?a=1&b=ü";
    const plain = await send({ id: "_ask-1", relayState }, binding, { ...provider, signOutUrl });
    expect(plain.answerUrl?.startsWith("https://login.example.com/slo?tenant=7&")).toBe(true);
    expect(readLogoutAnswer(plain.answerUrl ?? "")).toEqual({ isSuccess: true, inResponseTo: "_ask-1", relayState });
    expect(plain.answerUrl).not.toContain("Signature=");
    const signing = { ...provider, signOutUrl, signsRequests: true };
    const { answerUrl } = await send({ id: "_ask-2" }, binding, signing);
    expect(isRequestSigned(answerUrl ?? "", (await ownKeys()).certificate, "SAMLResponse")).toBe(true);
    await owner`delete from logout_tokens`;
  });

  test.each<[string, LogoutScript, string]>([
    ["that is not signed", { isUnsigned: true }, "not signed"],
    ["signed by a stranger", { key: "stranger" }, "none of this provider's certificates"],
    ["signed with SHA-1", { algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }, "SHA-"],
    ["of another issuer", { issuer: "https://evil.example" }, "of another provider"],
    ["for another application", { destination: "https://other.example/slo" }, "for another address"],
    ["for no address", { destination: null }, "it names none"],
    ["of long ago", { clockMs: -14 * 60_000 }, "expired"],
    ["of the future", { clockMs: 4 * 60_000 }, "of the future"],
    ["that has expired", { until: new Date(Date.now() - 4 * 60_000).toISOString() }, "expired"],
    ["that ends at no moment", { until: "soon" }, "expired"],
    ["without an ID", { before: (xml) => xml.replace(/ ID="[^"]*"/, "") }, "ID"],
    ["that names no person", { nameId: null, sessions: [] }, "neither a person"],
    ["that names too many sessions", { sessions: Array.from({ length: 101 }, (_, n) => `s${n}`) }, "too many sessions"],
    ["that is none", { before: (xml) => xml.replaceAll("p:LogoutRequest", "p:AuthnRequest") }, ""],
    ["with entities", { before: (xml) => `<!DOCTYPE x [<!ENTITY e "x">]>${xml}` }, "document type"],
  ])("but one %s ends nothing", async (_, script, reason) => {
    const who = await linkedPerson();
    const whole = { nameId: who.subject, sessions: [who.one], ...script };
    const key = script.key === "stranger" ? { key: former?.key ?? "" } : {};
    const error = await send({ ...whole, ...key }, binding).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    if (reason !== "") expect(error).toBeInstanceOf(LogoutRefused);
    expect((error as Error).message).toContain(reason);
    expect(await who.living()).toHaveLength(5);
  });

  test("the same request ends sessions once, also where it arrives many times at once", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => send({ id: "_once" }, binding)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(send({ id: "_once" }, binding)).rejects.toThrow("used before");
    await owner`delete from logout_tokens`;
  });

  test("one that was changed after it was signed ends nothing", async () => {
    const [who, other] = [await linkedPerson(), await linkedPerson()];
    const after = (text: string) =>
      binding === "a form"
        ? text.replace(who.subject, other.subject)
        : text.replace(/SAMLRequest=[^&]*/, (asked) => `${asked.slice(0, -12)}${asked.slice(-8)}`);
    const error = await send({ nameId: who.subject, sessions: [], after }, binding).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(LogoutRefused);
    expect([...(await who.living()), ...(await other.living())]).toHaveLength(10);
  });
});

test("SI-20 an address with a second request beside the signed one, or one that grows without end, is refused", async () => {
  const twice = { after: (query: string) => `SAMLRequest=x&${query}` };
  await expect(send(twice, "an address")).rejects.toThrow("SAMLRequest more than once");
  const bomb = { sessions: ["x".repeat(5_000_000)] };
  await expect(send(bomb, "an address")).rejects.toBeInstanceOf(LogoutRefused);
});
