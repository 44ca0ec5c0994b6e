import { AuthorizationResponseError, ClientError, ResponseBodyError } from "openid-client";
import { log } from "@/server/platform/log";

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
  if (isUnreachable(error)) return new ProviderFailure("unreachable", "the provider does not answer", { cause: error });
  return new ProviderFailure("misconfigured", "the provider's answer cannot be used", { cause: error });
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
