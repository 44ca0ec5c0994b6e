import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { log } from "@/server/platform/log";
import { minutes } from "./clock";

/** Why a sign-in with a provider failed, as an address and the log name it. */
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

/** A sign-in with a provider failed, or it was not linked. `cause` is what went wrong, for the log. */
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

/** Returns what openid-client or the network has thrown, as a failure. */
export function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof AuthorizationResponseError && isCancelled(error.error))
    return new ProviderFailure("cancelled", "the provider was left without signing in", { cause: error });
  if (error instanceof ClientError && error.code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED")
    return new ProviderFailure("clock", clockWords(error), { cause: error });
  if (isUnreachable(error)) return new ProviderFailure("unreachable", "the provider does not answer", { cause: error });
  return new ProviderFailure("misconfigured", unusableWords(error), { cause: error });
}

/** Says what an operator has mixed up where the provider says so by a code, which not all of them describe. */
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

/** Says how the clock of a provider differs, by when it says that it made an ID token: only now was it asked for one. */
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

/** Checks for a cancellation at the provider, in the words of RFC 6749 and of OpenID Connect; LinkedIn has some of its own. */
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

/** What is a person's doing, or what the rules here say: nothing that an operator has to mend. */
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

/** Writes a failure into the log: an error with its cause, unless nothing is broken. */
export function logFailure(provider: string, failure: ProviderFailure): void {
  const said = { provider, reason: failure.kind };
  if (ordinary.has(failure.kind)) log.info(said, "signing in with a provider was not finished");
  else if (failure.kind === "no_address" || failure.kind === "unverified") log.warn(said, failure.message);
  else log.error({ ...said, err: failure }, "signing in with a provider failed");
}
