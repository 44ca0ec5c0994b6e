import { beforeAll, describe, expect, test } from "vitest";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { cpuMs } from "@/tests/support/cpu-time";
import {
  type Asker,
  encryptAnswer,
  type Keys,
  newKeys,
  type Script,
  usualAttributes,
  writeAnswer,
} from "@/tests/support/fakes/saml-idp";
import { ProviderFailure } from "../providers/failure";
import { verifyResponse } from "./response";
import { requestIdOf, serviceAddresses } from "./service";

const id = "1f0f5b2e-7c55-4c0a-9d0a-0a4b6a0c9d11";
const state = "s".repeat(43);
const issuer = "https://login.example.com/entity";
const { acsUrl, entityId } = serviceAddresses({ id });
const asker: Asker = { acsUrl, entityId, requestId: requestIdOf(state) };
const minute = 60_000;

let keys: Keys;
let former: Keys;
let own: Keys;
let provider: SamlSettings;
beforeAll(() => {
  [keys, former, own] = [newKeys(), newKeys(), newKeys()];
  provider = {
    ...{ id, name: "Acme", protocol: "saml", issuer, clientId: entityId, trustEmail: true, emailClaim: "email" },
    ...{ signInUrl: "https://login.example.com/sso", certificates: [keys.certificate], subjectClaim: null },
    ...{ signsRequests: false, signOutUrl: null },
  };
});

const answer = (script: Script = {}) =>
  writeAnswer(keys, issuer, asker, { attributes: usualAttributes("grace@example.com"), ...script });
/** Decrypts with our keys, for which the provider encrypts. */
const opening = { keys: async () => ({ certificate: own.certificate, privateKey: own.key, other: null }) };
const verify = (script: Script = {}, settings: Partial<SamlSettings> = {}) =>
  verifyResponse({ ...provider, ...settings }, answer(script), opening);

/** Returns why an answer is refused: the kind, and the message of the error with those of its causes. */
async function refusal(encoded: unknown, settings: Partial<SamlSettings> = {}): Promise<[string, string]> {
  const error = await verifyResponse({ ...provider, ...settings }, encoded, opening).then(
    () => new Error("it was accepted"),
    (thrown: Error) => thrown,
  );
  const cause = error.cause instanceof Error ? ` – ${error.cause.message}` : "";
  return [error instanceof ProviderFailure ? error.kind : error.name, error.message + cause];
}

test.each(["assertion", "response"] as const)(
  "SI-10 an answer whose %s is signed says who that is, whatever its prefixes, and attributes with several values",
  async (signs) => {
    const { said, state: at } = await verify({ signs });
    expect(at).toBe(state);
    expect(said.subject).toBe("G-7f3a");
    expect(said.claims).toMatchObject({ email: "grace@example.com", name: "Grace Hopper" });
    expect(said.claims["http://schemas.xmlsoap.org/claims/Group"]).toEqual(["staff", "navy & reserve"]);
    expect(said.shown).toMatchObject({ NameID: "G-7f3a", "urn:oid:2.5.4.42": "Grace" });
    expect(said.shown).not.toHaveProperty("email");
  },
);

test("SI-10 while a provider changes its certificate both are accepted, and then the former one no more", async () => {
  const certificates = [keys.certificate, former.certificate];
  for (const { key } of [keys, former]) expect((await verify({ key }, { certificates })).state).toBe(state);
  expect(await refusal(answer({ key: former.key }))).toEqual([
    "misconfigured",
    expect.stringContaining("none of this provider's certificates"),
  ]);
});

test("SI-10 a subject is what names a person for good: a persistent NameID, or the attribute that an operator named", async () => {
  const transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
  expect(await refusal(answer({ nameIdFormat: transient }))).toEqual([
    "misconfigured",
    expect.stringContaining("transient"),
  ]);
  const attributes: [string, string[]][] = [
    ["uid", ["u-17"]],
    ["mail", ["g@example.com"]],
  ];
  const { said } = await verify({ nameIdFormat: transient, attributes }, { subjectClaim: "uid", emailClaim: "mail" });
  expect([said.subject, said.claims.mail]).toEqual(["u-17", "g@example.com"]);
  for (const values of [[], ["one", "two"]])
    expect(await refusal(answer({ attributes: [["uid", values]] }), { subjectClaim: "uid" })).toEqual([
      "misconfigured",
      expect.stringContaining("names the person"),
    ]);
  expect(await refusal(answer({ nameId: "" }))).toEqual(["misconfigured", "there is no NameID"]);
});

test("SI-10 an address that is the NameID counts as one only where the provider says so", async () => {
  const nameId = "ada@example.com";
  const nameIdFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
  expect((await verify({ nameId, nameIdFormat, attributes: [] })).said.claims).toEqual({ email: nameId });
  expect((await verify({ nameId, attributes: [] })).said.claims).toEqual({});
});

const sha1 = "http://www.w3.org/2000/09/xmldsig#";
const stolen = (xml: string) => /<a:Assertion[\s\S]*<\/a:Assertion>/.exec(xml)?.[0] ?? "";
const evil = (assertion: string) =>
  assertion
    .replace(/<d:Signature[\s\S]*<\/d:Signature>/, "")
    .replace("G-7f3a", "G-admin")
    .replace(/ID="[^"]+"/, 'ID="_evil"');

describe("SI-11 a bad answer is refused, with the reason", () => {
  test.each<[string, Script, string, string]>([
    ["unsigned", { signs: "nothing" }, "misconfigured", "neither the answer nor its assertion is signed"],
    ["signed by a stranger", { key: "stranger" }, "misconfigured", "none of this provider's certificates"],
    [
      "changed after it was signed",
      { after: (xml) => xml.replace("G-7f3a", "G-admin") },
      "misconfigured",
      "was changed",
    ],
    [
      "a forged assertion before the signed one",
      { after: (xml) => xml.replace("<a:Assertion", `${evil(stolen(xml))}<a:Assertion`) },
      "misconfigured",
      "several assertions",
    ],
    [
      "a forged assertion around the signed one",
      {
        after: (xml) =>
          xml.replace(
            stolen(xml),
            evil(stolen(xml)).replace("</a:Issuer>", `</a:Issuer><a:Advice>${stolen(xml)}</a:Advice>`),
          ),
      },
      "misconfigured",
      "neither the answer nor its assertion is signed",
    ],
    [
      "a forged assertion with the signature of another, which it carries along",
      {
        after: (xml) => {
          const signature = /<d:Signature[\s\S]*<\/d:Signature>/.exec(xml)?.[0] ?? "";
          const object = `<d:Object>${stolen(xml).replace(signature, "")}</d:Object></d:Signature>`;
          const moved = signature.replace("</d:Signature>", object);
          return xml.replace(stolen(xml), evil(stolen(xml)).replace("</a:Issuer>", `</a:Issuer>${moved}`));
        },
      },
      "misconfigured",
      "Referenced node does not refer to it's parent",
    ],
    [
      "two elements with the signed ID",
      {
        assertionId: "_same",
        after: (xml) =>
          xml.replace("<p:Status>", '<p:Extensions><e xmlns="urn:e" ID="_same"/></p:Extensions><p:Status>'),
      },
      "misconfigured",
      "more than one element",
    ],
    ["for another audience", { audience: "https://other.example" }, "misconfigured", "audience mismatch"],
    ["for no audience", { audience: null }, "misconfigured", "no AudienceRestriction"],
    ["for another recipient", { recipient: "https://other.example/acs" }, "misconfigured", "another recipient"],
    ["for another destination", { destination: "https://other.example/acs" }, "misconfigured", "another address"],
    ["of another issuer", { issuer: "https://evil.example" }, "misconfigured", "another provider"],
    ["begun at the provider", { inResponseTo: null }, "unsolicited", "no InResponseTo"],
    ["an answer to a request that is not ours", { inResponseTo: "_other" }, "misconfigured", "not made here"],
    ["expired", { clockMs: -9 * minute }, "clock", "made 9 minutes ago"],
    ["confirmed for a time that is over", { confirmationMs: -4 * minute }, "clock", "has expired"],
    ["of a clock ten minutes behind", { clockMs: -10 * minute, lifeMs: 60 * minute }, "", ""],
    [
      "of a clock fourteen minutes behind",
      { clockMs: -14 * minute, lifeMs: 60 * minute },
      "clock",
      "made 14 minutes ago",
    ],
    ["of a clock ten minutes ahead", { clockMs: 10 * minute }, "clock", "10 minutes ahead"],
    ["signed with SHA-1", { algorithm: `${sha1}rsa-sha1` }, "misconfigured", "SHA-1"],
    ["with a digest of SHA-1", { digest: `${sha1}sha1` }, "misconfigured", "SHA-1"],
    [
      "with SHA-1 written in character references",
      { algorithm: `${sha1}rsa-sha1`, after: (xml) => xml.replace("#rsa-sha1", "#rsa-s&#104;a1") },
      "misconfigured",
      "algorithm that is not accepted",
    ],
    [
      "with a document type",
      { before: (xml) => xml.replace("?>", "?><!DOCTYPE x []>") },
      "misconfigured",
      "document type",
    ],
    [
      "with entities",
      { before: (xml) => xml.replace("?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>') },
      "misconfigured",
      "document type",
    ],
    [
      "with a comment in the NameID",
      { after: (xml) => xml.replace("G-7f3a", "G-<!-- -->7f3a") },
      "misconfigured",
      "comments",
    ],
    ["with CDATA", { after: (xml) => xml.replace("G-7f3a", "<![CDATA[G-7f3a]]>") }, "misconfigured", "CDATA"],
    ["cut off", { after: (xml) => xml.slice(0, -20) }, "misconfigured", "well-formed"],
    ["no response", { after: () => "<hello/>", signs: "nothing" }, "misconfigured", "no SAML response"],
    [
      "an empty encrypted assertion",
      { signs: "nothing", before: (xml) => xml.replace(stolen(xml), "<a:EncryptedAssertion/>") },
      "misconfigured",
      "cannot be decrypted",
    ],
    [
      "a person who turned back",
      {
        signs: "nothing",
        status:
          '<p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></p:StatusCode>',
      },
      "cancelled",
      "AuthnFailed",
    ],
    [
      "a failure",
      { signs: "nothing", status: '<p:StatusCode Value="urn:x:Requester"/>' },
      "misconfigured",
      "Requester",
    ],
  ])("%s", async (_, script, kind, reason) => {
    const encoded = answer({ ...script, ...(script.key === "stranger" && { key: former.key }) });
    if (kind === "") return expect((await verifyResponse(provider, encoded)).state).toBe(state);
    expect(await refusal(encoded)).toEqual([kind, expect.stringContaining(reason)]);
  });

  test("Base64 that is none, another encoding, nothing at all, and what is too long", async () => {
    const utf16 = Buffer.from(`\uFEFF${Buffer.from(answer(), "base64")}`, "utf16le").toString("base64");
    for (const [encoded, reason] of [
      ["%%%", "no Base64"],
      ["abc", "no Base64"],
      ["", "no SAMLResponse"],
      [null, "no SAMLResponse"],
      [new File(["x"], "x"), "no SAMLResponse"],
      [utf16, "not UTF-8"],
      ["A".repeat(400_004), "too long"],
    ] as const)
      expect(await refusal(encoded)).toEqual(["misconfigured", expect.stringContaining(reason)]);
  });

  test("an answer for another provider of this instance, even of the same identity provider and certificate", async () => {
    const other = serviceAddresses({ id: "2f0f5b2e-7c55-4c0a-9d0a-0a4b6a0c9d22" });
    const forOther = writeAnswer(keys, issuer, { ...other, requestId: asker.requestId });
    expect(await refusal(forOther)).toEqual(["misconfigured", expect.stringContaining("another address")]);
    const readdressed = { destination: acsUrl, recipient: acsUrl };
    const sameRecipient = writeAnswer(keys, issuer, { ...other, requestId: asker.requestId }, readdressed);
    expect(await refusal(sameRecipient)).toEqual(["misconfigured", expect.stringContaining("audience mismatch")]);
  });
});

/** The one message for everything that is decrypted before a signature is verified. */
const sealedWords = "cannot be decrypted, or nothing in it is signed";
const xmlenc = "http://www.w3.org/2001/04/xmlenc#";

describe("SI-17 an encrypted assertion is read as one that is not", () => {
  test.each([
    `${xmlenc}aes256-cbc`,
    `${xmlenc}aes128-cbc`,
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  ])("encrypted by %s, and signed within or around", async (content) => {
    const encryption = { certificate: own.certificate, content };
    for (const encoded of [
      await encryptAnswer(answer(), encryption),
      await encryptAnswer(answer({ signs: "nothing" }), encryption, keys.key),
      await encryptAnswer(answer(), encryption, keys.key),
    ]) {
      expect(Buffer.from(encoded, "base64").toString()).not.toContain("G-7f3a");
      const { said, state: at } = await verifyResponse(provider, encoded, opening);
      expect([at, said.subject, said.claims.email]).toEqual([state, "G-7f3a", "grace@example.com"]);
    }
  });

  // The second is the default of Keycloak since version 26.
  test.each([
    [`${xmlenc}rsa-oaep-mgf1p`, "sha256", undefined],
    ["http://www.w3.org/2009/xmlenc11#rsa-oaep", "sha256", "sha256"],
    ["http://www.w3.org/2009/xmlenc11#rsa-oaep", "sha256", "sha1"],
    ["http://www.w3.org/2009/xmlenc11#rsa-oaep", "sha1", undefined],
    ["http://www.w3.org/2009/xmlenc11#rsa-oaep", "sha512", "sha512"],
  ])("with a key by %s, %s and MGF1 by %s", async (key, digest, mask) => {
    const encryption = {
      certificate: own.certificate,
      content: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
      key,
      digest,
    };
    const encoded = await encryptAnswer(answer(), { ...encryption, ...(mask && { mask }) });
    expect((await verifyResponse(provider, encoded, opening)).said.subject).toBe("G-7f3a");
  });

  test("for either of our keys while operators change it, signed within or around, and for no third one", async () => {
    const both = { ...(await opening.keys()), other: { certificate: former.certificate, privateKey: former.key } };
    for (const { certificate } of [own, former])
      for (const outer of [undefined, keys.key]) {
        const encoded = await encryptAnswer(answer(), { certificate }, outer);
        const { said } = await verifyResponse(provider, encoded, { keys: async () => both });
        expect(said.subject).toBe("G-7f3a");
      }
    const third = await encryptAnswer(answer(), { certificate: keys.certificate });
    await expect(verifyResponse(provider, third, { keys: async () => both })).rejects.toThrow(sealedWords);
  });

  test.each<[string, () => Promise<string>, string]>([
    ["for another certificate", () => encryptAnswer(answer(), { certificate: former.certificate }), sealedWords],
    [
      "for another certificate, in an answer that is signed",
      () => encryptAnswer(answer({ signs: "nothing" }), { certificate: former.certificate }, keys.key),
      "it is for another certificate",
    ],
    [
      "that is not signed: all people can encrypt for us",
      () => encryptAnswer(answer({ signs: "nothing" }), { certificate: own.certificate }),
      sealedWords,
    ],
    [
      "signed by a stranger",
      () => encryptAnswer(answer({ key: former.key }), { certificate: own.certificate }),
      sealedWords,
    ],
    [
      "by a stranger around an assertion that is not signed",
      () => encryptAnswer(answer({ signs: "nothing" }), { certificate: own.certificate }, former.key),
      "none of this provider's certificates",
    ],
    [
      "for another audience",
      () => encryptAnswer(answer({ audience: "https://other.example" }), { certificate: own.certificate }),
      "audience mismatch",
    ],
    [
      "signed with SHA-1 inside",
      () => encryptAnswer(answer({ algorithm: `${sha1}rsa-sha1` }), { certificate: own.certificate }),
      sealedWords,
    ],
    [
      "signed with SHA-1 inside one that is signed around",
      () => encryptAnswer(answer({ algorithm: `${sha1}rsa-sha1` }), { certificate: own.certificate }, keys.key),
      "SHA-1",
    ],
    [
      "with a comment inside",
      () =>
        encryptAnswer(answer({ after: (xml) => xml.replace("G-7f3a", "G-<!-- -->7f3a") }), {
          certificate: own.certificate,
        }),
      sealedWords,
    ],
    [
      "with a key by RSA of PKCS #1 v1.5",
      () => encryptAnswer(answer(), { certificate: own.certificate, key: `${xmlenc}rsa-1_5` }),
      "encrypted in a way that is not read",
    ],
    [
      "by triple DES",
      () => encryptAnswer(answer(), { certificate: own.certificate, content: `${xmlenc}tripledes-cbc` }),
      "encrypted in a way that is not read",
    ],
    [
      "by RSA-OAEP with another digest than it says",
      async () =>
        edited(await encryptAnswer(answer(), { certificate: own.certificate }), `${sha1}sha1`, `${xmlenc}sha256`),
      sealedWords,
    ],
    [
      "by RSA-OAEP with MD5",
      async () =>
        edited(await encryptAnswer(answer(), { certificate: own.certificate }), `${sha1}sha1`, `${xmlenc}md5`),
      "encrypted in a way that is not read",
    ],
    [
      "beside one that is not",
      async () => {
        const encrypted = await encryptAnswer(answer(), { certificate: own.certificate });
        const plain = stolen(Buffer.from(answer(), "base64").toString());
        return edited(encrypted, "<a:EncryptedAssertion>", `${evil(plain)}<a:EncryptedAssertion>`);
      },
      "several assertions",
    ],
  ])("but not one %s", async (_, write, reason) => {
    expect(await refusal(await write())).toEqual(["misconfigured", expect.stringContaining(reason)]);
  });
});

function edited(encoded: string, from: string, to: string): string {
  return Buffer.from(Buffer.from(encoded, "base64").toString().replace(from, to)).toString("base64");
}

const repeated = (text: string, size = 290_000) => text.repeat(Math.floor(size / text.length));
const numbered = (part: (n: number) => string, count: number) =>
  Array.from({ length: count }, (_, n) => part(n)).join("");
/** Wraps an assertion in a forged answer that has a signature, so that the libraries process it. */
const within = (xml: string) =>
  answer({
    key: former.key,
    after: (signed) => signed.replace("</p:Status>", `</p:Status><p:Extensions>${xml}</p:Extensions>`),
  });
const packed = (xml: string) => Buffer.from(xml).toString("base64");

test.each<[string, () => string]>([
  [
    "digests of RSA-OAEP without an end",
    () =>
      packed(
        `<EncryptionMethod ${repeated('rsa-oaep-mgf1p"', 120_000)}><DigestMethod ${repeated('xmldsig#sha1"', 170_000)}`,
      ),
  ],
  ["elements beside each other", () => within(repeated("<e/>"))],
  ["elements and spaces beside each other", () => within(repeated("<e/> "))],
  ["elements in groups", () => within(repeated(`<g>${repeated("<e/>", 800)}</g>`))],
  ["as many as are read", () => within(repeated("<e/> ", 1_400 * 5))],
  ["nested elements", () => within(`${repeated("<e>", 120_000)}${repeated("</e>", 160_000)}`)],
  ["nested names", () => within(`${numbered((n) => `<e xmlns:n${n}="u">`, 10_000)}${"</e>".repeat(10_000)}`)],
  ["attributes", () => within(`<e ${numbered((n) => `a${n}="" `, 25_000)}/>`)],
  ["algorithms", () => within(repeated("<e Algorithm='"))],
  ["algorithms of none", () => packed(repeated("Algorithm  "))],
  ["algorithms with space", () => packed(`Algorithm${repeated(" ")}`)],
  ["quotes without an end", () => packed(repeated(`<e a="b' `))],
  ["beginnings", () => packed(repeated("<"))],
  ["beginnings of types", () => packed(repeated("<! "))],
  ["encodings", () => packed(`<?xml ${repeated("encoding = ")}`)],
  ["encodings with space", () => packed(`<?xml encoding${repeated(" ")}`)],
  ["references", () => within(repeated("&amp;"))],
  ["spaces in Base64", () => `${repeated(" ", 390_000)}A`],
])("SI-11 an answer of %s is refused in a time that grows with its length alone", async (_, write) => {
  const encoded = write();
  const before = cpuMs();
  const [kind] = await refusal(encoded);
  const tookMs = Math.round(cpuMs() - before);
  expect([kind, tookMs < 1_500 ? "soon" : tookMs]).toEqual(["misconfigured", "soon"]);
});
