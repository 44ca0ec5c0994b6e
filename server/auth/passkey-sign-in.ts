import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import { refuse } from "@/server/api/refusals";
import { cookieNames, cookieOptions, sessionCookieSeconds } from "@/server/platform/cookies";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { beginSession } from "./adapter";
import { rememberSignIn } from "./auth";
import { createContext } from "./page-context";
import * as passkeys from "./passkeys/queries";
import { arePasskeysPossible, newChallenge, optionsToSignIn, readAnswer, verifySigned } from "./passkeys/web-authn";
import { addressOf, requiredProvider } from "./rules/queries";
import { endOldSession } from "./sign-in";

/** Checks whether browsers support passkeys at the address of this instance. */
export function hasPasskeys(): boolean {
  return arePasskeysPossible();
}

/**
 * Returns the options with which the browser asks for a passkey, valid for 5 minutes and one answer. For a signed-in
 * person, who confirms that it is still them, only their own passkeys are allowed. Refuses `too_many`.
 */
export async function askForPasskey() {
  if (!arePasskeysPossible()) throw refuse("passkey_refused");
  const { origin, waiting, ...context } = await createContext();
  const person = context.person ?? waiting?.person;
  const { challenge, hash } = newChallenge();
  const allowed = await transaction("write", {}, async (db) => {
    await charge(db, limits.passkeyChallengesPerClient, clientKey(origin.ip));
    await passkeys.keepChallenge(db, hash, "sign-in", person?.id ?? null);
    return person ? passkeys.list(db, person.id) : [];
  });
  if (person && allowed.length === 0) throw refuse("passkey_refused");
  return optionsToSignIn(challenge, allowed);
}

/**
 * Signs in with the answer of a passkey: creates a session, whose cookie goes with the response, and ends this
 * browser's earlier session. Refuses `passkey_refused` for every fault of the answer, and `provider_required`.
 *
 * @param text the answer of the browser's `navigator.credentials`, as JSON
 */
export async function signInWithPasskey(text: string): Promise<void> {
  const answer = readAnswer(text);
  if (!answer) throw refuse("passkey_refused");
  const { asked, passkey } = await transaction("write", {}, async (db) => ({
    asked: await passkeys.useChallenge(db, answer.challengeHash, "sign-in"),
    passkey: await passkeys.findCredential(db, answer.response.id),
  }));
  if (!asked || !passkey || (asked.userId && asked.userId !== passkey.userId)) throw refuse("passkey_refused");
  const signed = await verifySigned(answer, passkey);
  if (!signed) throw refuse("passkey_refused");
  if (!(await transaction("write", {}, (db) => passkeys.markUsed(db, passkey.id, signed.counter))))
    throw refuse("passkey_refused");
  const email = await addressOf(passkey.userId);
  if (email && (await requiredProvider(email))) throw refuse("provider_required");
  const sessionToken = randomBytes(32).toString("base64url");
  const expires = new Date(Date.now() + sessionCookieSeconds * 1000);
  await beginSession(sessionToken, passkey.userId, true);
  await endOldSession(sessionToken);
  await rememberSignIn(passkey.userId, "passkey", undefined);
  (await cookies()).set(cookieNames().session, sessionToken, { ...cookieOptions(), expires });
}
