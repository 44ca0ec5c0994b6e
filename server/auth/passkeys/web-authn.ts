import { createHash, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { appearance } from "@/server/membership/instance/appearance";
import { env } from "@/server/platform/env";
import { parseJson } from "@/server/platform/json/parse";

/** A passkey that an authenticator is asked for, or must not create again. */
type Known = { credentialId: string; transports: string[] };

/** Loads the library when a passkey is first used: its certificate reader takes a sixth of the start-up time. */
const library = () => import("@simplewebauthn/server");

/**
 * Returns the party that asks for signatures: this instance, by its configured public address and never by a request's
 * headers.
 */
function relyingParty(): { rpID: string; origin: string } {
  const { APP_URL } = env();
  return { rpID: new URL(APP_URL).hostname, origin: APP_URL };
}

/**
 * Checks whether browsers support passkeys here: only on https or this machine, and for a host name rather than an IP
 * address.
 */
export function arePasskeysPossible(): boolean {
  const { rpID } = relyingParty();
  return !isIP(rpID.replace(/^\[|\]$/g, "")) && (env().isSecure || rpID === "localhost");
}

/** Creates 32 random bytes for an authenticator to sign, and the hash of them that is stored. */
export function newChallenge(): { challenge: Uint8Array<ArrayBuffer>; hash: Buffer } {
  const challenge = new Uint8Array(randomBytes(32));
  return { challenge, hash: createHash("sha256").update(challenge).digest() };
}

/**
 * Returns the options with which a browser creates a passkey that asks for a fingerprint, a face or a PIN each time.
 */
export async function optionsToAdd(
  person: { id: string; name: string; email: string },
  challenge: Uint8Array<ArrayBuffer>,
  known: Known[],
) {
  return (await library()).generateRegistrationOptions({
    rpName: appearance().name,
    rpID: relyingParty().rpID,
    userID: userHandle(person.id),
    userName: person.email,
    userDisplayName: person.name,
    challenge,
    attestationType: "none",
    excludeCredentials: known.map(descriptor),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/**
 * Returns the options with which a browser signs: with one of these passkeys, or with any that it has for this site.
 */
export async function optionsToSignIn(challenge: Uint8Array<ArrayBuffer>, allowed: Known[]) {
  return (await library()).generateAuthenticationOptions({
    rpID: relyingParty().rpID,
    challenge,
    allowCredentials: allowed.map(descriptor),
    userVerification: "required",
  });
}

const longestAnswer = 16_000;

/** An answer as it was sent, and the SHA-256 of the challenge that it claims to answer. */
export type Answer<Response> = { response: Response; challenge: string; challengeHash: Buffer };

/** Parses an answer without verifying anything in it; null: it is not an answer. */
export function readAnswer(text: string): Answer<RegistrationResponseJSON & AuthenticationResponseJSON> | null {
  if (text.length > longestAnswer) return null;
  try {
    const response = parseJson(text) as RegistrationResponseJSON & AuthenticationResponseJSON;
    const { challenge } = parseJson(Buffer.from(response.response.clientDataJSON, "base64url")) as Record<
      string,
      unknown
    >;
    if (typeof response.id !== "string" || response.id.length > 1400 || typeof challenge !== "string") return null;
    const challengeHash = createHash("sha256").update(Buffer.from(challenge, "base64url")).digest();
    return { response, challenge, challengeHash };
  } catch {
    return null;
  }
}

/** Verifies the answer for a new passkey and returns the passkey; null: the answer is not valid. */
export async function verifyAdded({ response, challenge }: Answer<RegistrationResponseJSON>) {
  const { rpID, origin } = relyingParty();
  try {
    const { verified, registrationInfo } = await (await library()).verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
    });
    if (!verified) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: (credential.transports ?? []).filter((name) => /^[a-z-]{1,20}$/.test(name)).slice(0, 10),
      isSynced: credentialBackedUp,
    };
  } catch {
    // The library throws for every fault; the person gets one message for all.
    return null;
  }
}

/**
 * Verifies a signature and returns the passkey's new counter; null when the signature, the origin or the counter is
 * wrong.
 */
export async function verifySigned(
  { response, challenge }: Answer<AuthenticationResponseJSON>,
  passkey: { userId: string; publicKey: Buffer; counter: number },
): Promise<{ counter: number } | null> {
  const { rpID, origin } = relyingParty();
  const handle = response.response?.userHandle;
  if (handle && handle !== Buffer.from(userHandle(passkey.userId)).toString("base64url")) return null;
  try {
    const { verified, authenticationInfo } = await (await library()).verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      credential: { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
    });
    return verified ? { counter: authenticationInfo.newCounter } : null;
  } catch {
    return null;
  }
}

/** Returns the user handle that an authenticator stores with a passkey: the person's id, without personal data. */
function userHandle(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId.replaceAll("-", ""), "hex"));
}

const descriptor = ({ credentialId, transports }: Known) => ({ id: credentialId, transports });
