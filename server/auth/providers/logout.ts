import { type JWTPayload, jwtVerify } from "jose";
import { transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import type { Origin } from "@/server/api/context";
import { recordAccount } from "@/server/audit/queries";
import { log } from "@/server/platform/log";
import type { ProviderSettings } from "@/server/platform/settings/providers";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { signingKeys } from "./client";
import { endSessions, noteLogout } from "./logout-queries";

const event = "http://schemas.openid.net/event/backchannel-logout";
/** The greatest age of an accepted token, and how far the clocks may differ. */
const [oldestSeconds, skewSeconds] = [10 * 60, 3 * 60];
/**
 * Only algorithms with a key pair: this instance knows a shared secret too, so a signature with it would not prove that
 * the provider made it.
 */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const types = new Set([undefined, "jwt", "logout+jwt", "application/logout+jwt"]);

/** A provider's request to end the sessions of a subject, or those that began in the given sessions at the provider. */
export type Logout = { id: string; subject: string | null; sessions: string[] };

/**
 * Thrown when a logout token, or the logout request of a SAML provider, is not accepted. The message gives the reason
 * without content of the token.
 */
export class LogoutRefused extends Error {
  override readonly name = "LogoutRefused";
}

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). `exp` is checked if the token has one; older
 * providers send none.
 *
 * @throws LogoutRefused; errors of the network when the provider's keys cannot be fetched
 */
export async function verifyLogout(provider: ProviderSettings, token: unknown): Promise<Logout> {
  if (typeof token !== "string" || token === "" || token.length > 20_000)
    throw new LogoutRefused("the form has no logout_token");
  const { issuer, keys } = await signingKeys(provider);
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    ...{ issuer, audience: provider.clientId, algorithms, clockTolerance: skewSeconds },
    ...{ maxTokenAge: oldestSeconds, requiredClaims: ["iat", "jti", "events"] },
  }).catch((error: Error & { code?: string }) => {
    // All errors of the library except those for keys that could not be fetched.
    if (error.code?.startsWith("ERR_J") && error.code !== "ERR_JWKS_TIMEOUT" && error.code !== "ERR_JOSE_GENERIC")
      throw new LogoutRefused(`the logout token is not accepted: ${error.message}`, { cause: error });
    throw error;
  });
  if (!types.has(protectedHeader.typ?.toLowerCase())) throw new LogoutRefused("the token is of another type");
  return readLogout(payload);
}

function readLogout({ events, nonce, jti, sub, sid }: JWTPayload): Logout {
  if (typeof events !== "object" || events === null || !Object.hasOwn(events, event))
    throw new LogoutRefused("the token is no logout token: its events do not say so");
  // ID tokens have a nonce: one of them must not be accepted as a logout token.
  if (nonce !== undefined) throw new LogoutRefused("the token has a nonce, which a logout token must not have");
  const text = (value: unknown) => (typeof value === "string" && value !== "" && value.length <= 1_000 ? value : null);
  const [id, subject, session] = [text(jti), text(sub), text(sid)];
  if (id === null || (subject === null && session === null))
    throw new LogoutRefused("the token says neither whose sessions end (sub) nor which (sid)");
  return { id, subject, sessions: session === null ? [] : [session] };
}

/**
 * Ends the sessions that a provider's logout token names. Returns how many ended.
 *
 * @throws LogoutRefused; `too_many`; errors of the network
 */
export async function endByProvider(provider: ProviderSettings, token: unknown, origin: Origin): Promise<number> {
  await chargeLogout(origin);
  return endOnce(provider, await verifyLogout(provider, token), origin);
}

/** Limits how often one client address can have signatures verified. @throws `too_many` */
export async function chargeLogout({ ip }: Origin): Promise<void> {
  await transaction("write", {}, (db) => charge(db, limits.logoutTokensPerClient, clientKey(ip)));
}

/**
 * Ends sessions at a provider's request, once per request. Sessions are read from the database for every request, so
 * they have ended for all instances when this commits. Returns how many ended.
 *
 * @throws LogoutRefused
 */
export async function endOnce(provider: { id: string }, logout: Logout, origin: Origin): Promise<number> {
  const ended = await transaction("write", {}, async (db) => {
    if (!(await noteLogout(db, provider.id, logout.id, oldestSeconds + 2 * skewSeconds)))
      throw new LogoutRefused("the request was used before");
    const people = await endSessions(db, provider.id, logout);
    for (const [userId, sessions] of people)
      await recordAccount(db, { person: { id: userId }, origin }, "account.signed_out_by_provider", {
        ...{ provider: provider.id, sessions },
      });
    return [...people.values()].reduce((sum, count) => sum + count, 0);
  });
  log.info({ provider: provider.id, sessions: ended }, "a sign-in provider has ended sessions");
  return ended;
}
