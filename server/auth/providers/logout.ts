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
/** So long after it was made a token is taken, and so far the clocks may differ. */
const [oldestSeconds, skewSeconds] = [10 * 60, 3 * 60];
/** Those with a key pair alone: a shared secret is known to the client too, and signs no statement of the provider. */
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

/** What a provider asks for: the end of a subject's sessions, or of those that began in sessions there. */
export type Logout = { id: string; subject: string | null; sessions: string[] };

/** A logout token, or the request of a SAML provider, cannot be taken. The message says why, and repeats nothing of it. */
export class LogoutRefused extends Error {
  override readonly name = "LogoutRefused";
}

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). A token with `exp` is held to it; older providers send none.
 *
 * @throws LogoutRefused; what the network throws when the provider's keys cannot be fetched
 */
export async function verifyLogout(provider: ProviderSettings, token: unknown): Promise<Logout> {
  if (typeof token !== "string" || token === "" || token.length > 20_000)
    throw new LogoutRefused("the form has no logout_token");
  const { issuer, keys } = await signingKeys(provider);
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    ...{ issuer, audience: provider.clientId, algorithms, clockTolerance: skewSeconds },
    ...{ maxTokenAge: oldestSeconds, requiredClaims: ["iat", "jti", "events"] },
  }).catch((error: Error & { code?: string }) => {
    // All but what says that the keys could not be fetched.
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
  // An ID token has one: it must not pass for a logout.
  if (nonce !== undefined) throw new LogoutRefused("the token has a nonce, which a logout token must not have");
  const text = (value: unknown) => (typeof value === "string" && value !== "" && value.length <= 1_000 ? value : null);
  const [id, subject, session] = [text(jti), text(sub), text(sid)];
  if (id === null || (subject === null && session === null))
    throw new LogoutRefused("the token says neither whose sessions end (sub) nor which (sid)");
  return { id, subject, sessions: session === null ? [] : [session] };
}

/**
 * Ends the sessions that began with a provider, as it asks by a logout token. Returns how many ended.
 *
 * @throws LogoutRefused; `too_many`; what the network throws
 */
export async function endByProvider(provider: ProviderSettings, token: unknown, origin: Origin): Promise<number> {
  await chargeLogout(origin);
  return endOnce(provider, await verifyLogout(provider, token), origin);
}

/** Bounds how often one address has signatures verified. @throws `too_many` */
export async function chargeLogout({ ip }: Origin): Promise<void> {
  await transaction("write", {}, (db) => charge(db, limits.logoutTokensPerClient, clientKey(ip)));
}

/**
 * Ends sessions as a provider asks, each time it asks once. Sessions are read from the database at every request, so they are over on every instance with this
 * commit. Returns how many ended.
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
