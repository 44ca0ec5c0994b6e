import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { env } from "@/server/platform/env";
import { treeBounds } from "@/server/platform/json/bounds";
import { readJsonAnswer } from "@/server/platform/json/fetched";

const answer = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().max(200), key: z.string().max(5_000) })).max(100),
});

const freshMs = 60 * 60_000;
/**
 * An unknown identifier causes a request to the scanner at most this often, in milliseconds, so that invented
 * identifiers cannot cause many.
 */
const askAgainMs = 60_000;
const deadlineMs = 5_000;
const longestAnswer = 256 * 1024;

let known = { url: "", at: Number.NEGATIVE_INFINITY, keys: new Map<string, KeyObject>() };

/**
 * Returns the scanner's public key with this identifier, or undefined when it has none. The keys are remembered for
 * an hour.
 *
 * @throws when the keys have to be fetched and cannot be
 */
export async function publicKey(identifier: string): Promise<KeyObject | undefined> {
  const url = env().LEAKED_KEYS_PUBLIC_KEYS_URL;
  const age = known.url === url ? performance.now() - known.at : Number.POSITIVE_INFINITY;
  if (age > freshMs || (age > askAgainMs && !known.keys.has(identifier)))
    known = { url, at: performance.now(), keys: await ask(url) };
  return known.keys.get(identifier);
}

async function ask(url: string): Promise<Map<string, KeyObject>> {
  const response = await fetch(url, {
    headers: { accept: "application/json", "user-agent": "Atelier" },
    redirect: "error",
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) throw new Error(`the public keys cannot be had: ${response.status}`);
  const { public_keys } = answer.parse(await readJsonAnswer(response, treeBounds, longestAnswer));
  const keys = new Map<string, KeyObject>();
  for (const { key_identifier, key } of public_keys) {
    const usable = parsed(key);
    if (usable) keys.set(key_identifier, usable);
  }
  return keys;
}

/** Parses a PEM key. Returns undefined unless it is of the kind that signs reports: ECDSA on P-256. */
function parsed(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined;
  } catch {
    return undefined;
  }
}
