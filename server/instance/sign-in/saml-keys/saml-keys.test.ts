import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { GET } from "@/app/api/auth/saml/[provider]/route";
import { ownKeys } from "@/server/auth/saml/keys";
import { samlSignInUrl } from "@/server/auth/saml/service";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { owner } from "@/tests/support/database";
import { isRequestSigned } from "@/tests/support/fakes/saml-idp";
import { reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
let first: string;

beforeAll(async () => {
  ada = await operator();
});
beforeEach(async () => {
  await owner`delete from saml_keys`;
  first = (await ownKeys()).certificate;
});

const provider: SamlSettings = {
  ...{ id: randomUUID(), name: "Acme", protocol: "saml", issuer: "https://login.example.com", clientId: "us" },
  ...{ signInUrl: "https://login.example.com/sso", certificates: [], subjectClaim: null, signsRequests: true },
  ...{ trustEmail: true, emailClaim: "email", signOutUrl: null },
};

const listed = () => ada.api.instance.samlKeys();
const bodyOf = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, "");

/** Returns the certificates in our metadata in order, by their use. */
async function published(): Promise<Record<"signing" | "encryption", string[]>> {
  const answer = await GET(new Request("http://localhost:3000"), {
    params: Promise.resolve({ provider: provider.id }),
  });
  const xml = (await answer.text()).replace(/\s/g, "");
  const of = (use: string) =>
    [...xml.matchAll(new RegExp(`KeyDescriptoruse="${use}".*?X509Certificate>(.*?)<`, "g"))].map(
      ([, body = ""]) => body,
    );
  return { signing: of("signing"), encryption: of("encryption") };
}

async function signedBy(certificate: string): Promise<boolean> {
  return isRequestSigned(await samlSignInUrl(provider, "t".repeat(43)), certificate);
}

test("SI-21 another key takes the place of ours while both hold: published, then signing, then alone", async () => {
  expect(await published()).toEqual({ signing: [bodyOf(first)], encryption: [bodyOf(first)] });
  await ada.api.instance.addSamlKey();
  const [old, next] = await listed();
  expect([old?.certificate, next?.signsSince]).toEqual([first, null]);
  const { certificate: second = "", fingerprint = "" } = next ?? {};
  const both = [bodyOf(first), bodyOf(second)];
  expect(await published()).toEqual({ signing: both, encryption: both });
  expect([await signedBy(first), await signedBy(second)]).toEqual([true, false]);

  await ada.api.instance.signWithSamlKey({ fingerprint });
  expect((await listed()).map(({ certificate }) => certificate)).toEqual([second, first]);
  expect(await published()).toEqual({ signing: both.toReversed(), encryption: both.toReversed() });
  expect([await signedBy(first), await signedBy(second)]).toEqual([false, true]);
  expect((await ownKeys()).other?.certificate).toBe(first);

  await ada.api.instance.removeSamlKey({ fingerprint: old?.fingerprint ?? "" });
  expect(await published()).toEqual({ signing: [bodyOf(second)], encryption: [bodyOf(second)] });
  expect(await ownKeys()).toMatchObject({ certificate: second, other: null });
  // And again: there is room for a second pair.
  await ada.api.instance.addSamlKey();
  expect(await listed()).toHaveLength(2);
  const { rows } = await ada.api.instance.auditList({ search: "", action: "saml_key.signs" });
  expect(rows[0]?.after).toEqual({ fingerprint });
});

test("SI-21 back to the former key, as long as it is there", async () => {
  await ada.api.instance.addSamlKey();
  const [old, next] = await listed();
  for (const each of [next, old, next]) {
    await ada.api.instance.signWithSamlKey({ fingerprint: each?.fingerprint ?? "" });
    expect(await signedBy(each?.certificate ?? "")).toBe(true);
  }
});

test("SI-21 there are two at most; the one that signs is not removed, and a page of before changes nothing", async () => {
  const made = await Promise.allSettled([ada.api.instance.addSamlKey(), ada.api.instance.addSamlKey()]);
  expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await reasonOf(ada.api.instance.addSamlKey())).toBe("state_changed");
  const [old, next] = await listed();
  const of = (key = old) => ({ fingerprint: key?.fingerprint ?? "" });
  expect(await reasonOf(ada.api.instance.removeSamlKey(of(old)))).toBe("state_changed");
  expect(await reasonOf(ada.api.instance.signWithSamlKey(of(old)))).toBe("state_changed");
  // Of two operators at the same time, one signs with it and one removes it: in either order, a signing key remains.
  const changes = [ada.api.instance.signWithSamlKey(of(next)), ada.api.instance.removeSamlKey(of(next))];
  expect((await Promise.allSettled(changes)).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await listed())[0]?.signsSince).toBeInstanceOf(Date);
  await owner`delete from saml_keys`;
  expect(await reasonOf(ada.api.instance.addSamlKey())).toBe("state_changed");
});

test("SI-21 a key that cannot be opened is replaced in the interface: another is made, signs, and the old one is removed", async () => {
  await owner`update saml_keys set key_sealed = set_byte(key_sealed, 20, (get_byte(key_sealed, 20) + 1) % 256)`;
  await expect(ownKeys()).rejects.toMatchObject({ kind: "misconfigured" });
  await ada.api.instance.addSamlKey();
  await expect(ownKeys()).rejects.toMatchObject({ kind: "misconfigured" });
  const [old, next] = await listed();
  await ada.api.instance.signWithSamlKey({ fingerprint: next?.fingerprint ?? "" });
  // A key that cannot be decrypted is not in the metadata: nothing could read what is encrypted for it.
  expect((await published()).encryption).toEqual([bodyOf(next?.certificate ?? "")]);
  await ada.api.instance.removeSamlKey({ fingerprint: old?.fingerprint ?? "" });
  expect(await ownKeys()).toMatchObject({ certificate: next?.certificate, other: null });
});
