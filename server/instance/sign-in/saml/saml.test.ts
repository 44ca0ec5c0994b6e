import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { GET } from "@/app/api/auth/saml/[provider]/route";
import { transaction } from "@/db/client";
import { samlKeys } from "@/db/schema/sign-in";
import { findAnyProvider, listProviders } from "@/server/auth/providers/list";
import { type OwnKeys, ownKeys } from "@/server/auth/saml/keys";
import { samlSignInUrl, serviceMetadata } from "@/server/auth/saml/service";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { selfSigned } from "@/tests/support/fakes/certificate";
import { isRequestSigned, type Keys, newKeys, readRequest, writeMetadata } from "@/tests/support/fakes/saml-idp";
import { fieldsOf, reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";

let ada: Signed;
let keys: Keys;
let next: Keys;
let ours: OwnKeys;
const issuer = "https://login.example.com/entity";
const signInUrl = "https://login.example.com/sso?tenant=1";

beforeAll(async () => {
  ada = await operator();
  [keys, next] = [newKeys(), newKeys()];
  ours = await ownKeys();
});
beforeEach(async () => {
  await owner`delete from sign_in_providers`;
});

const metadata = (certificates = [keys.certificate]) => writeMetadata(issuer, signInUrl, certificates);
const add = (more: object = {}) =>
  ada.api.instance.addSamlProvider({ providerId: randomUUID(), name: "Acme", metadata: metadata(), ...more } as never);
const settingsOf = async (id: string) => {
  const found = (await findAnyProvider(id))?.settings;
  if (found?.protocol !== "saml") throw new Error("there is no such provider");
  return found;
};

test("SI-13 a provider is added by its metadata or by its parts, disabled, and its parts are shown with what it is told of us", async () => {
  const { id } = await add();
  const byParts = await add({ name: "Parts", metadata: "", issuer, signInUrl, certificates: keys.certificate });
  for (const each of [id, byParts.id])
    expect(await settingsOf(each)).toMatchObject({ issuer, signInUrl, certificates: [keys.certificate.trim()] });
  expect(await listProviders()).not.toContainEqual(expect.objectContaining({ id }));
  await ada.api.instance.setSignInProviderState({ providerId: id, state: "enabled" });
  expect(await listProviders()).toContainEqual({ id, name: "Acme" });
  const { saml } = await ada.api.instance.signInProvider({ providerId: id });
  const entityId = `http://localhost:3000/api/auth/saml/${id}`;
  expect(saml).toMatchObject({ entityId, metadataUrl: entityId, acsUrl: `${entityId}/acs`, subjectClaim: null });
  expect(saml?.certificates).toMatchObject([{ fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) }]);
  const { rows } = await ada.api.instance.auditList({ search: "", action: "sign_in_provider.added" });
  expect(rows[0]?.after).toMatchObject({ protocol: "saml", certificates: [saml?.certificates[0]?.fingerprint] });
});

test("SI-13 the request goes to the sign-in address with our addresses, and our metadata says the same", async () => {
  const { id } = await add();
  const settings = await settingsOf(id);
  const state = "t".repeat(43);
  const url = await samlSignInUrl(settings, state);
  expect(url).toMatch(/^https:\/\/login\.example\.com\/sso\?tenant=1&/);
  const entityId = `http://localhost:3000/api/auth/saml/${id}`;
  expect(url).not.toContain("SigAlg");
  expect(readRequest(url)).toEqual({ requestId: `_${state}`, relayState: state, entityId, acsUrl: `${entityId}/acs` });
  const own = await ownKeys();
  const described = serviceMetadata(settings, own);
  expect(described).toContain('AuthnRequestsSigned="false"');
  const body = own.certificate.replace(/-----[A-Z ]+-----|\s/g, "");
  expect(described.replace(/\s/g, "").split(body)).toHaveLength(3);
  for (const part of [`entityID="${entityId}"`, `Location="${entityId}/acs"`, 'WantAssertionsSigned="true"'])
    expect(described).toContain(part);
  expect(serviceMetadata({ id }, own)).toBe(described);
});

test("SI-18 requests are signed with our key where the provider's metadata or an operator wants that", async () => {
  const wanting = metadata().replace("<IDPSSODescriptor ", '<IDPSSODescriptor WantAuthnRequestsSigned="true" ');
  const [byMetadata, byHand] = [await add({ metadata: wanting }), await add({ name: "By hand", signsRequests: "on" })];
  for (const { id } of [byMetadata, byHand]) {
    const settings = await settingsOf(id);
    const url = await samlSignInUrl(settings, "t".repeat(43));
    expect(isRequestSigned(url, ours.certificate)).toBe(true);
    expect(isRequestSigned(url, keys.certificate)).toBe(false);
    expect(isRequestSigned(url.replace("RelayState=t", "RelayState=u"), ours.certificate)).toBe(false);
    expect(serviceMetadata(settings, ours)).toContain('AuthnRequestsSigned="true"');
  }
  // Switched off manually; pasting the metadata again switches it on.
  const update = (more: object) =>
    ada.api.instance.updateSamlProvider({ providerId: byMetadata.id, name: "Acme", signInUrl, ...more } as never);
  await update({ certificates: keys.certificate });
  expect((await settingsOf(byMetadata.id)).signsRequests).toBe(false);
  await update({ metadata: wanting });
  expect((await settingsOf(byMetadata.id)).signsRequests).toBe(true);
});

test("SI-18 the pair of keys is made once, also where many need it at once, and is in no dump", async () => {
  await owner`delete from saml_keys`;
  const made = await Promise.all(Array.from({ length: 6 }, () => ownKeys()));
  expect(new Set(made.map(({ certificate }) => certificate)).size).toBe(1);
  expect(await owner`select from saml_keys`).toHaveLength(1);
  const [{ certificate, privateKey } = ours] = made;
  expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  expect(Date.parse(new X509Certificate(certificate).validTo)).toBeGreaterThan(Date.now() + 19 * 365 * 86_400_000);
  const secret = privateKey.split("\n")[5] ?? "none";
  for (const [table, rows] of await dump(owner)) expect([table, rows.includes(secret)]).toEqual([table, false]);
});

test("SI-18 a pair of keys that cannot be opened is never replaced: sign-in that needs it and our metadata fail, in words", async () => {
  const { id } = await add({ signsRequests: "on" });
  const settings = await settingsOf(id);
  const kept = await owner<
    { certificate: string; key_sealed: Buffer }[]
  >`select certificate, key_sealed from saml_keys`;
  const spoils = [
    // As after restoring a backup with another AUTH_SECRET.
    () => owner`update saml_keys set key_sealed = set_byte(key_sealed, 20, (get_byte(key_sealed, 20) + 1) % 256)`,
    // A key stored with a certificate that does not belong to it.
    () => owner`update saml_keys set certificate = ${keys.certificate}`,
  ];
  for (const spoil of spoils) {
    await spoil();
    const spoilt = await owner`select * from saml_keys`;
    const metadataOf = await GET(new Request("http://localhost:3000"), { params: Promise.resolve({ provider: id }) });
    expect([metadataOf.status, await metadataOf.text()]).toEqual([503, expect.stringContaining("another AUTH_SECRET")]);
    await expect(samlSignInUrl(settings, "t".repeat(43))).rejects.toMatchObject({ kind: "misconfigured" });
    expect(await samlSignInUrl({ ...settings, signsRequests: false }, "t".repeat(43))).toContain("SAMLRequest=");
    expect(await owner`select * from saml_keys`).toEqual(spoilt);
    await owner`update saml_keys set ${owner(kept[0] as { certificate: string; key_sealed: Buffer })}`;
  }
  await expect(transaction("write", {}, (db) => db.update(samlKeys).set({ createdAt: new Date() }))).rejects.toThrow();
  await owner`delete from saml_keys`;
  const anew = await ownKeys();
  expect(anew.certificate).not.toBe(ours.certificate);
  ours = anew;
});

test.each<[string, () => object, string]>([
  ["nothing", () => ({ metadata: "" }), "metadata"],
  ["no XML", () => ({ metadata: "hello" }), "metadata"],
  ["a document type", () => ({ metadata: `<!DOCTYPE x [<!ENTITY e "e">]>${metadata()}` }), "metadata"],
  ["metadata of a service", () => ({ metadata: serviceMetadata({ id: randomUUID() }, ours) }), "metadata"],
  [
    "metadata of several",
    () => ({ metadata: metadata().replace(/<EntityDescriptor[\s\S]*<\/EntityDescriptor>/, (one) => one + one) }),
    "metadata",
  ],
  ["metadata without a certificate", () => ({ metadata: metadata([]) }), "metadata"],
  ["metadata without HTTP-Redirect", () => ({ metadata: metadata().replace("HTTP-Redirect", "SOAP") }), "metadata"],
  ["metadata without an entity ID", () => ({ metadata: metadata().replace(`entityID="${issuer}"`, "") }), "metadata"],
  [
    "a sign-in address without TLS",
    () => ({ metadata: metadata().replaceAll("https://login.example.com/sso", "http://login.example.com/sso") }),
    "metadata",
  ],
  ["a short key", () => ({ metadata: metadata([selfSigned(1024).certificate]) }), "metadata"],
  [
    "a key that is not RSA",
    () => ({ metadata: "", issuer, signInUrl, certificates: selfSigned().certificate }),
    "certificates",
  ],
  [
    "a private key",
    () => ({ metadata: "", issuer, signInUrl, certificates: keys.certificate + keys.key }),
    "certificates",
  ],
  ["no certificate", () => ({ metadata: "", issuer, signInUrl }), "certificates"],
  ["no entity ID", () => ({ metadata: "", signInUrl, certificates: keys.certificate }), "issuer"],
  [
    "a script",
    () => ({ metadata: "", issuer, signInUrl: "javascript:alert(1)", certificates: keys.certificate }),
    "signInUrl",
  ],
  ["an attribute with spaces", () => ({ subjectClaim: "user id" }), "subjectClaim"],
])("SI-13 %s is refused at its field", async (_, more, field) => {
  expect(Object.keys(await fieldsOf(add(more())))).toEqual([field]);
  expect(await owner`select from sign_in_providers`).toHaveLength(0);
});

test("SI-13 certificates are changed by hand or by new metadata; the entity ID and the protocol stay", async () => {
  const { id } = await add();
  const update = (more: object) =>
    ada.api.instance.updateSamlProvider({ providerId: id, name: "Acme", signInUrl, ...more } as never);
  const both = [keys, next].map(({ certificate }) => certificate.trim());
  await update({ certificates: both.join("\n"), trustEmail: "on", subjectClaim: "uid" });
  expect(await settingsOf(id)).toMatchObject({ certificates: both, trustEmail: true, subjectClaim: "uid" });
  await update({ metadata: metadata([next.certificate]), certificates: both.join("\n") });
  expect((await settingsOf(id)).certificates).toEqual([next.certificate.trim()]);
  const other = writeMetadata("https://other.example/entity", signInUrl, [next.certificate]);
  expect(Object.keys(await fieldsOf(update({ metadata: other })))).toEqual(["metadata"]);
  const oidc = await insertSignInProvider(owner, "OpenID");
  expect(await reasonOf(update({ providerId: oidc, metadata: metadata() }))).toBe("not_found");
  const asOidc = { providerId: id, name: "Acme", clientId: "atelier" };
  expect(await reasonOf(ada.api.instance.updateSignInProvider(asOidc))).toBe("not_found");
  expect(await reasonOf(add({ name: "OPENID" }))).toBe("provider_name_taken");
});
