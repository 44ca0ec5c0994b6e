import { webcrypto } from "node:crypto";
import { transaction } from "@/db/client";
import { env } from "@/server/platform/env";
import { parseJson } from "@/server/platform/json/parse";
import { open, seal } from "@/server/platform/sealed";
import { ProviderFailure } from "../providers/failure";
import { findKeys, keepKeys, type StoredKeys } from "./queries";

/** A pair of keys that SAML providers know this instance by, as PEM. */
export type KeyPair = { certificate: string; privateKey: string };

/** The pair that signs. `other`: the one beside it while operators change it, which decrypts too; null: there is none. */
export type OwnKeys = KeyPair & { other: KeyPair | null };

const purpose = "saml key";
/** Providers keep what was registered, many without a reminder: a certificate that runs out stops sign-in for all people. */
const yearsValid = 20;

/**
 * Returns the pair of keys that requests are signed and assertions decrypted with. The first who needs it makes it, for all instances; only operators
 * change it. One that cannot be opened stays: a process with a wrong AUTH_SECRET would else destroy what providers know this instance by.
 *
 * @throws ProviderFailure `misconfigured`
 */
export async function ownKeys(): Promise<OwnKeys> {
  const found = await transaction("read", {}, findKeys);
  const [signing, other] = (found.length > 0 ? found : await makeFirst()).map(openKeys);
  if (!signing)
    throw new ProviderFailure(
      "misconfigured",
      "the key for SAML was sealed with another AUTH_SECRET. Start with that one, or make a new key under Instance settings, Sign-in (docs/sign-in-providers.md) and register the new metadata at each SAML provider",
    );
  return { ...signing, other: other ?? null };
}

async function makeFirst(): Promise<StoredKeys[]> {
  const made = await newSealedKeys();
  return await transaction("write", {}, (db) => keepKeys(db, made));
}

/** Makes a pair of keys, as it is kept. It takes up to some seconds. */
export async function newSealedKeys(): Promise<StoredKeys> {
  const { certificate, privateKey } = await makeKeys();
  return { certificate, keySealed: seal(purpose, Buffer.from(JSON.stringify([certificate, privateKey]))) };
}

function openKeys({ certificate, keySealed }: StoredKeys): KeyPair | null {
  const opened = open(purpose, keySealed);
  if (!opened) return null;
  const [of, privateKey] = parseJson(opened) as [string, string];
  return of === certificate ? { certificate, privateKey } : null;
}

async function makeKeys(): Promise<KeyPair> {
  // Once in the life of an instance; it expects the other to be there first.
  await import("reflect-metadata");
  const { X509CertificateGenerator } = await import("@peculiar/x509");
  const algorithm = {
    ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 3072 },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const notAfter = new Date();
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + yearsValid);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // A common name has 64 characters at most.
    name: [{ CN: [new URL(env().APP_URL).hostname.slice(0, 64)] }],
    ...{ keys, signingAlgorithm: algorithm, notBefore: new Date(), notAfter },
  });
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = privateKey.match(/.{1,64}/g)?.join("\n");
  return {
    certificate: certificate.toString("pem"),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
