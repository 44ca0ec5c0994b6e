import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { log } from "@/server/platform/log";
import { minutes } from "./clock";

/** Why a sign-in with a provider failed, as in addresses and in the log. */
export type FailureKind =
  | "cancelled"
  | "expired"
  | "unreachable"
  | "misconfigured"
  | "no_address"
  | "unverified"
  | "has_account"
  | "linked_elsewhere"
  | "sign_in_again"
  | "too_many"
  | "disabled"
  | "clock"
  | "replayed"
  | "unsolicited"
  | "other_provider"
  | "deactivated"
  | "sign_up_closed"
  | "too_many_accounts";

/**
 * Thrown when a sign-in with a provider failed or the provider could not be linked. `cause` is the original error, for
 * the log.
 */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Returns the failure for an error of openid-client or the network. */
export function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof AuthorizationResponseError && isCancelled(error.error))
    return new ProviderFailure("cancelled", "the provider was left without signing in", { cause: error });
  if (error instanceof ClientError && error.code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED")
    return new ProviderFailure("clock", clockWords(error), { cause: error });
  if (isUnreachable(error)) return new ProviderFailure("unreachable", "the provider does not answer", { cause: error });
  return new ProviderFailure("misconfigured", unusableWords(error), { cause: error });
}

/** Returns the configuration mistake behind an error code of the provider, since not all providers describe it. */
function unusableWords(error: unknown): string {
  const code = error instanceof ResponseBodyError ? error.error : undefined;
  if (code === "invalid_client" || (code === undefined && error instanceof WWWAuthenticateChallengeError))
    return "the provider does not know this client: compare the client ID and the secret, and how the client authenticates";
  if (code === "unauthorized_client" || code === "unsupported_grant_type")
    return "the provider does not let this client sign people in by authorization code: allow it there";
  if (code === "invalid_grant" || code === "redirect_uri_mismatch")
    return "the provider does not take its own code back: compare the redirect URI, and that the client is the one that it was made for";
  return "the provider's answer cannot be used";
}

/**
 * Returns how far the clock of a provider differs, by the time at which it says it issued an ID token: the token was
 * requested just now.
 */
function clockWords(error: Error): string {
  let madeAt = Number.NaN;
  for (let each: unknown = error; typeof each === "object" && each !== null && Number.isNaN(madeAt); )
    ({ madeAt, each } = lookAt(each));
  if (Number.isNaN(madeAt))
    return "the ID token does not hold now: the provider's clock and the one of this server differ";
  const aheadMs = madeAt - Date.now();
  return aheadMs > 0
    ? `the provider's clock is ${minutes(aheadMs)} ahead of the one of this server`
    : `the ID token has expired: by the provider's clock it was made ${minutes(-aheadMs)} ago, that clock is behind the one of this server`;
}

function lookAt(error: object): { madeAt: number; each: unknown } {
  const { claims, cause } = error as { claims?: { iat?: unknown }; cause?: unknown };
  return { madeAt: typeof claims?.iat === "number" ? claims.iat * 1_000 : Number.NaN, each: cause };
}

/** Checks for a cancellation at the provider, by the error codes of RFC 6749, OpenID Connect and LinkedIn. */
export function isCancelled(error: string | null): boolean {
  return (
    error === "access_denied" ||
    error === "consent_required" ||
    error === "interaction_required" ||
    error === "login_required" ||
    /^user_cancelled/.test(error ?? "")
  );
}

function isUnreachable(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError) return /^(server_error|temporarily_unavailable)$/.test(error.error);
  if (error instanceof ResponseBodyError) return error.status >= 500;
  if (error instanceof ClientError) {
    if (error.code === "OAUTH_TIMEOUT" || error.code === "OAUTH_ABORT") return true;
    return error.cause instanceof Response ? error.cause.status >= 500 : isUnreachable(error.cause);
  }
  return error instanceof TypeError && error.message === "fetch failed";
}

/** Failures that are caused by a person or by a rule of this instance, so that operators have nothing to repair. */
const ordinary = new Set<FailureKind>([
  "cancelled",
  "expired",
  "has_account",
  "linked_elsewhere",
  "sign_in_again",
  "too_many",
  "disabled",
  "replayed",
  "unsolicited",
  "other_provider",
  "deactivated",
  "sign_up_closed",
  "too_many_accounts",
]);

/** Logs a failure: as an error with its cause, unless it is an ordinary one. */
export function logFailure(provider: string, failure: ProviderFailure): void {
  const said = { provider, reason: failure.kind };
  if (ordinary.has(failure.kind)) log.info(said, "signing in with a provider was not finished");
  else if (failure.kind === "no_address" || failure.kind === "unverified") log.warn(said, failure.message);
  else log.error({ ...said, err: failure }, "signing in with a provider failed");
}
