import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { forgetExpired } from "@/server/auth/expired";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { limits } from "@/server/platform/throttling/limits";
import { owner } from "@/tests/support/database";
import { insertSamlProvider } from "@/tests/support/factories/providers";
import {
  encryptAnswer,
  type Keys,
  newKeys,
  type Script,
  usualAttributes,
  writeAnswer,
} from "@/tests/support/fakes/saml-idp";
import { dump } from "@/tests/support/schema/rows";
import { findAnyProvider } from "../providers/list";
import { ownKeys } from "./keys";
import { readRefusal, receiveResponse, takeResponse } from "./receive";
import { requestIdOf, serviceAddresses } from "./service";

let keys: Keys;
let provider: SamlSettings;
beforeAll(async () => {
  keys = newKeys();
  provider = await samlProvider();
});

beforeEach(async () => {
  await owner`delete from saml_answers`;
});

async function samlProvider(): Promise<SamlSettings> {
  const id = await insertSamlProvider(owner, `At ${randomUUID().slice(0, 8)}`, { certificates: [keys.certificate] });
  const found = (await findAnyProvider(id))?.settings;
  if (found?.protocol !== "saml") throw new Error("there is no such provider");
  return found;
}

const newState = () =>
  Buffer.from(randomUUID() + randomUUID())
    .toString("base64url")
    .slice(0, 43);

function posted(state: string, script: Script = {}, of = provider) {
  const { acsUrl, entityId } = serviceAddresses(of);
  const asker = { acsUrl, entityId, requestId: requestIdOf(state) };
  return { SAMLResponse: writeAnswer(keys, of.issuer, asker, script), RelayState: state as string | null };
}

/** Posts a form from a client address of its own and returns the kind of the refusal; null: it was accepted. */
async function receive(sent: Parameters<typeof receiveResponse>[1], of = provider, ip = "192.0.2.7") {
  const query = await receiveResponse(of, sent, ip);
  return { state: query.get("state"), refusal: readRefusal(of, query.get("refused")) };
}

test("SI-12 an answer is taken once, for the state that it was made for, and is in no dump", async () => {
  const state = newState();
  const attributes: [string, string[]][] = [["mail", ["secretive@example.com"]]];
  expect(await receive(posted(state, { attributes }))).toEqual({ state, refusal: null });
  for (const [table, rows] of await dump(owner))
    expect([table, rows.includes("secretive@example.com"), rows.includes(state)]).toEqual([table, false, false]);
  await expect(takeResponse(provider, "", newState())).rejects.toMatchObject({ kind: "expired" });
  await expect(takeResponse(await samlProvider(), "", state)).rejects.toMatchObject({ kind: "expired" });
  const both = await Promise.allSettled([takeResponse(provider, "", state), takeResponse(provider, "", state)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const taken = both.find((each) => each.status === "fulfilled");
  expect(taken?.value).toMatchObject({ subject: "G-7f3a", claims: { email: "secretive@example.com" } });
});

test("SI-12 a provider of the environment, whose id is no UUID, signs people in as one that operators added", async () => {
  const { entityId: clientId } = serviceAddresses({ id: "acme" });
  const acme: SamlSettings = { ...provider, id: "acme", clientId, setBy: "AUTH_SAML_PROVIDERS" };
  const state = newState();
  const sent = posted(state, {}, acme);
  expect(await receive(sent, acme)).toEqual({ state, refusal: null });
  expect(await takeResponse(acme, "", state)).toMatchObject({ subject: "G-7f3a", session: "s-1" });
  expect((await receive(sent, acme)).refusal?.kind).toBe("replayed");
});

test("SI-12 an assertion is used once, also where it arrives many times at once, on whatever instance", async () => {
  const sent = posted(newState());
  const kinds = await Promise.all(
    Array.from({ length: 8 }, async () => (await receive(sent)).refusal?.kind ?? "taken"),
  );
  expect(kinds.filter((kind) => kind === "taken")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "replayed")).toHaveLength(7);
  await takeResponse(provider, "", sent.RelayState ?? "");
  expect((await receive(sent)).refusal?.kind).toBe("replayed");
  // It is deleted only after its own lifetime.
  await transaction("write", {}, forgetExpired);
  expect((await receive(sent)).refusal?.kind).toBe("replayed");
  await owner`update saml_answers set expires_at = now() - interval '1 second'`;
  await transaction("write", {}, forgetExpired);
  expect(await owner`select from saml_answers`).toHaveLength(0);
});

test("SI-12 the RelayState has to be of the same sign-in; a provider that leaves it out is understood", async () => {
  const state = newState();
  expect((await receive({ ...posted(state), RelayState: newState() })).refusal?.message).toContain("another sign-in");
  expect((await receive({ ...posted(state), RelayState: "/w/acme" })).refusal?.message).toContain("another sign-in");
  expect(await receive({ ...posted(state), RelayState: null })).toEqual({ state, refusal: null });
});

test("SI-12 why an answer was not taken goes on with the browser, sealed, for that provider alone", async () => {
  const state = newState();
  const query = await receiveResponse(provider, posted(state, { audience: "https://other.example" }), null);
  expect(query.get("state")).toBe(state);
  expect(query.get("refused")).not.toContain("audience");
  const refused = query.get("refused");
  expect(readRefusal(provider, refused)).toMatchObject({
    kind: "misconfigured",
    cause: { message: expect.stringContaining("audience mismatch") },
  });
  expect(readRefusal(await samlProvider(), refused)).toBeNull();
  expect(readRefusal(provider, `${refused?.slice(0, -4)}AAAA`)).toBeNull();
  await expect(takeResponse(provider, `?${query}`, state)).rejects.toMatchObject({ kind: "misconfigured" });
  expect(await owner`select from saml_answers`).toHaveLength(0);
});

test("SI-12 one address cannot keep this server busy with signatures", async () => {
  const ip = "198.51.100.9";
  await receive({ SAMLResponse: "x", RelayState: "" }, provider, ip);
  await owner`update rate_buckets set level = 600, at = now() + interval '1 minute' where key like ${`${limits.samlAnswersPerClient.name}%`}`;
  expect((await receive(posted(newState()), provider, ip)).refusal?.kind).toBe("too_many");
});

/** Changes the encrypted bytes of an answer: first the initialization vector, then the blocks. */
function tampered(encoded: string, change: (bytes: Buffer) => Buffer): string {
  const xml = Buffer.from(encoded, "base64").toString();
  const at = xml.lastIndexOf("CipherValue>", xml.lastIndexOf("CipherValue>") - 1) + "CipherValue>".length;
  const until = xml.indexOf("<", at);
  const bytes = change(Buffer.from(xml.slice(at, until), "base64"));
  return Buffer.from(xml.slice(0, at) + bytes.toString("base64") + xml.slice(until)).toString("base64");
}

const flipped =
  (at: number, by = 1) =>
  (bytes: Buffer) => {
    const index = at < 0 ? bytes.length + at : at;
    bytes.writeUInt8(bytes.readUInt8(index) ^ by, index);
    return bytes;
  };

test("SI-17 what is wrong with an encrypted assertion is not told apart, by words or by length", async () => {
  const state = newState();
  const { certificate } = await ownKeys();
  const whole = { attributes: usualAttributes("grace@example.com") };
  const written = async (script: Script = {}) =>
    await encryptAnswer(posted(state, { ...whole, ...script }).SAMLResponse, { certificate });
  const right = await written();
  const answers: [string, string][] = [
    ["padding", tampered(right, flipped(-17, 0xf0))],
    ["no whole block", tampered(right, (bytes) => bytes.subarray(0, -1))],
    ["nothing", tampered(right, (bytes) => bytes.subarray(0, 16))],
    ["a tag that does not begin", tampered(right, flipped(0))],
    ["a name in the first tag", tampered(right, flipped(3))],
    ["text of another encoding", tampered(right, flipped(40, 0x80))],
    ["a document type", await written({ after: (xml) => xml.replace("G-7f3a", "<!DOCTYPE x>") })],
    ["a comment", await written({ after: (xml) => xml.replace("G-7f3a", "<!-- -->") })],
    ["SHA-1", await written({ algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })],
    ["no assertion", tampered(right, (bytes) => bytes.subarray(0, 32))],
    ["not signed", await written({ signs: "nothing" })],
    ["of another key", await written({ key: newKeys().key })],
    ["two signatures", await written({ after: (xml) => xml.replace(/<d:Signature[\s\S]*<\/d:Signature>/, "$&$&") })],
    ["changed", await written({ after: (xml) => xml.replace("G-7f3a", "G-admin") })],
  ];
  const seen = await Promise.all(
    answers.map(async ([, SAMLResponse]) => {
      const query = await receiveResponse(provider, { SAMLResponse, RelayState: state }, "192.0.2.8");
      const refused = query.get("refused") ?? "";
      const { kind, message, cause } = readRefusal(provider, refused) ?? {};
      return { names: [...query.keys()], state: query.get("state"), length: refused.length, kind, message, cause };
    }),
  );
  for (const [index, each] of seen.entries())
    expect([answers[index]?.[0], each]).toEqual([answers[index]?.[0], seen[0]]);
  expect(seen[0]).toMatchObject({ state, kind: "misconfigured", cause: undefined });
  // Other refusals have the same length, whatever they contain.
  const lengths = [{ audience: "https://other.example" }, { issuer: "\u20ac".repeat(500) }, { inResponseTo: null }].map(
    async (script) => {
      const query = await receiveResponse(provider, posted(state, script), "192.0.2.8");
      return query.get("refused")?.length;
    },
  );
  for (const length of await Promise.all(lengths)) expect(length).toBe(seen[0]?.length);
  expect(await receive({ SAMLResponse: right, RelayState: state }, provider, "192.0.2.9")).toEqual({
    state,
    refusal: null,
  });
});
