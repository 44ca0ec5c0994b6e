import { createHash, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { appearance } from "@/server/membership/instance/appearance";
import { env } from "@/server/platform/env";
import { parseJson } from "@/server/platform/json/parse";

/** A passkey an authenticator is asked for, or asked not to make again. */
type Known = { credentialId: string; transports: string[] };

/** Loads the library when a passkey is first used: what it reads certificates with takes a sixth of a start. */
const library = () => import("@simplewebauthn/server");

/** Returns who asks for signatures: this instance, by its public address and never by what a request says. */
function relyingParty(): { rpID: string; origin: string } {
  const { APP_URL } = env();
  return { rpID: new URL(APP_URL).hostname, origin: APP_URL };
}

/** Checks whether browsers do passkeys here: only on https or this machine, and for a name rather than an address. */
export function arePasskeysPossible(): boolean {
  const { rpID } = relyingParty();
  return !isIP(rpID.replace(/^\[|\]$/g, "")) && (env().isSecure || rpID === "localhost");
}

/** Makes 32 random bytes for an authenticator to sign, and what is kept of them. */
export function newChallenge(): { challenge: Uint8Array<ArrayBuffer>; hash: Buffer } {
  const challenge = new Uint8Array(randomBytes(32));
  return { challenge, hash: createHash("sha256").update(challenge).digest() };
}

/** Returns what the browser is told to make a passkey with: one that asks for a finger, a face or a PIN each time. */
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

/** Returns what the browser is told to sign with: one of these passkeys, or any it has for here. */
export async function optionsToSignIn(challenge: Uint8Array<ArrayBuffer>, allowed: Known[]) {
  return (await library()).generateAuthenticationOptions({
    rpID: relyingParty().rpID,
    challenge,
    allowCredentials: allowed.map(descriptor),
    userVerification: "required",
  });
}

const longestAnswer = 16_000;

/** An answer as it was sent, and the SHA-256 of the challenge that it says it answers. */
export type Answer<Response> = { response: Response; challenge: string; challengeHash: Buffer };

/** Reads an answer. Null when it is none. Nothing in it is believed yet. */
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

/** Returns what a new passkey is, once its answer holds; null when it does not. */
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
    // Whatever is wrong with it, the library throws; the person is told one thing.
    return null;
  }
}

/** Returns the count of a passkey that has signed what it was asked to; null when the signature, the origin or the count is not right. */
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

/** Returns what an authenticator keeps of whose a passkey is: the person's id and nothing that says who that is. */
function userHandle(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId.replaceAll("-", ""), "hex"));
}

const descriptor = ({ credentialId, transports }: Known) => ({ id: credentialId, transports });
