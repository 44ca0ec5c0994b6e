import { webcrypto } from "node:crypto";
import { transaction } from "@/db/client";
import { env } from "@/server/platform/env";
import { parseJson } from "@/server/platform/json/parse";
import { open, seal } from "@/server/platform/sealed";
import { ProviderFailure } from "../providers/failure";
import { findKeys, keepKeys, type StoredKeys } from "./queries";

/** A key pair of this instance that SAML providers know, as PEM. */
export type KeyPair = { certificate: string; privateKey: string };

/**
 * The signing key pair. `other`: a second pair while operators change the keys, which can also decrypt; null: there is
 * none.
 */
export type OwnKeys = KeyPair & { other: KeyPair | null };

const purpose = "saml key";
/**
 * Providers keep the registered certificate, many without a reminder: an expired one would stop sign-in for all people.
 */
const yearsValid = 20;

/**
 * Returns the key pair that signs requests and decrypts assertions. It is created for all instances when it is first
 * needed; afterwards only operators change it. A pair that cannot be decrypted is kept: otherwise a process with a
 * wrong AUTH_SECRET would destroy the keys that providers know.
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

/** Creates a key pair in its stored form. It can take several seconds. */
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
  // Imported only here, because it is needed once in the life of an instance. The library below expects it to be loaded
  // first.
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
    // A common name has at most 64 characters.
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
