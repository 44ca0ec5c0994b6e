import { createHmac, randomBytes } from "node:crypto";
import { type AddressRules, isAddressAllowed, memberRules, plainAddress } from "@/server/platform/addresses";
import { env } from "@/server/platform/env";
import { type Guard, guardedFetch } from "@/server/platform/guarded-connections";
import { isPrivate } from "@/server/platform/private-network";
import { open, seal } from "@/server/platform/sealed";
import type { Outcome } from "./queries";

/** How long to wait for a response. */
const patienceMs = 10_000;

let known: { texts: readonly string[]; rules: AddressRules } | undefined;

/** Allows the public internet, and the addresses that operators allow in addition. */
function rules(): AddressRules {
  const texts = env().WEBHOOK_PRIVATE_ADDRESSES;
  if (known?.texts !== texts) known = { texts, rules: memberRules(texts) };
  return known.rules;
}

const guard: Guard = { rules };

/**
 * Returns a sentence with the reason why an address is not allowed; null: it is allowed. The addresses behind a host
 * name are checked at each connection.
 */
export function whyNot(url: URL): string | null {
  const isHttpAllowed = url.protocol === "http:" && isPrivate(url.href) && env().WEBHOOK_PRIVATE_ADDRESSES.length > 0;
  if (url.protocol !== "https:" && !isHttpAllowed) return "The address must begin with https://.";
  if (plainAddress(url.hostname) && !isAddressAllowed(url.hostname, rules()))
    return "This address is on a private network. Ask the people who run this Atelier to allow it.";
  return null;
}

/** Returns a new signing secret. It is shown only once. */
export const newSecret = () => `whsec_${randomBytes(32).toString("base64url")}`;

/** Seals the address or the secret of a webhook. */
export const sealed = (what: "url" | "secret", text: string) => seal(`alert webhook ${what}`, Buffer.from(text));

/** Returns the unsealed text; null: it was sealed with another AUTH_SECRET. */
export const opened = (what: "url" | "secret", bytes: Buffer) =>
  open(`alert webhook ${what}`, bytes)?.toString() ?? null;

/** Returns the signature of a body at a time in Unix seconds: HMAC-SHA-256 of "TIMESTAMP.BODY" in hex. */
export const signatureOf = (secret: string, timestamp: number, body: string) =>
  createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

/**
 * Posts a body to a webhook once. Never throws: an error is part of the outcome. Nothing of the server's response body
 * is.
 */
export async function post(
  webhook: { urlSealed: Buffer; secretSealed: Buffer },
  { id, body }: { id: string; body: string },
): Promise<Outcome> {
  const [url, secret] = [opened("url", webhook.urlSealed), opened("secret", webhook.secretSealed)];
  if (url === null || secret === null)
    return { answer: null, error: "The address was sealed with another AUTH_SECRET. Enter it anew." };
  const refused = whyNot(new URL(url));
  if (refused) return { answer: null, error: refused };
  const timestamp = Math.floor(Date.now() / 1_000);
  try {
    const response = await guardedFetch(url, guard, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Atelier",
        "x-atelier-delivery": id,
        "x-atelier-timestamp": String(timestamp),
        "x-atelier-signature": `v1=${signatureOf(secret, timestamp, body)}`,
      },
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return { answer: response.status, error: response.ok ? null : `It answered with ${response.status}.` };
  } catch (error) {
    return { answer: null, error: sentenceOf(error) };
  }
}

/** One sentence for all cases: otherwise a test would reveal which host names exist in the instance's network. */
const noPublicName = "Its name does not lead to a server on the public internet, or to one that the operators allow.";

const sentences = new Map(
  Object.entries({
    ADDRESS_REFUSED: noPublicName,
    ENOTFOUND: noPublicName,
    EAI_AGAIN: noPublicName,
    ECONNREFUSED: "It refuses connections.",
    ECONNRESET: "It closed the connection.",
    UND_ERR_CONNECT_TIMEOUT: "It could not be reached in time.",
  }),
);

function sentenceOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return "It did not answer in 10 seconds.";
  const code = String(cause?.code ?? "");
  if (/CERT|SSL|TLS/.test(code)) return "Its certificate is not valid.";
  if (/redirect/.test(String(cause?.message))) return "It redirects, which is not followed.";
  return sentences.get(code) ?? "It could not be reached.";
}
