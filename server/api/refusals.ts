import { TRPCError } from "@trpc/server";
import { refusals } from "./refusal-texts";

/** The code of a refusal. */
export type Reason = keyof typeof refusals;

/** What a ceiling of the operators counts: keys, members, or megabytes of files. */
export type CountedCeiling = "keys" | "members" | "files";

/** A refusal. It is the `cause` of a TRPCError, so that pages and programs can read its code. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly reason: Reason,
    /** Sentences for single fields of the input, by the field's name. */
    readonly fields: Record<string, string> = {},
    /** Seconds until another attempt can succeed, for `too_many`, `spend_limit` and `spend_under_way`. */
    readonly retryAfterSeconds?: number,
    /** The sentence to show, if it is more exact than the one in the map. */
    sentence: string = refusals[reason][1],
    /** The slug that the workspace has now, for `moved`. */
    readonly movedTo?: string,
    /** The operators' ceiling that is reached. The page offers to ask for a higher one. */
    readonly ceiling?: CountedCeiling,
  ) {
    super(sentence.replace("{when}", inWords(retryAfterSeconds)));
  }
}

/** Makes a refusal: `throw refuse("last_admin")`. It can carry sentences for single fields. */
export function refuse(reason: Reason, fields?: Record<string, string>): TRPCError {
  const cause = new Refusal(reason, fields);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes a refusal with a sentence that is more exact than the one in the map. */
export function refuseInWords(reason: Reason, sentence: string): TRPCError {
  const cause = new Refusal(reason, {}, undefined, sentence);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes the refusal for a reached ceiling of the operators: the sentence names the number. */
export function refuseCeiling(
  reason: "keys_full" | "seats_full",
  ceiling: CountedCeiling,
  sentence: string,
): TRPCError {
  const cause = new Refusal(reason, {}, undefined, sentence, undefined, ceiling);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes the refusal for a former slug of a workspace, for a member: it carries the present slug. */
export function refuseMoved(slug: string): TRPCError {
  const cause = new Refusal("moved", {}, undefined, undefined, slug);
  return new TRPCError({ code: refusals.moved[0], message: cause.message, cause });
}

/** Makes the refusal for a limit that has room again after this many seconds. */
export function refuseUntil(seconds: number): TRPCError {
  const cause = new Refusal("too_many", {}, seconds);
  return new TRPCError({ code: refusals.too_many[0], message: cause.message, cause });
}

/** Makes the refusal for a sign-in that is too old: the sentence says how old it may be. */
export function refuseStale(window: "recent" | "today"): TRPCError {
  const sentence =
    window === "recent"
      ? undefined
      : "This needs a sign-in of the last 12 hours. Sign in again in another tab, then repeat it here.";
  const cause = new Refusal("sign_in_again", {}, undefined, sentence);
  return new TRPCError({ code: refusals.sign_in_again[0], message: cause.message, cause });
}

/** Makes the refusal for a spending limit: the sentence says whose limit it is and how high. */
export function refuseSpend(
  reason: "spend_limit" | "spend_under_way",
  sentence: string,
  retryAfterSeconds: number,
): TRPCError {
  const cause = new Refusal(reason, {}, retryAfterSeconds, sentence);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

function inWords(seconds = 60): string {
  if (seconds < 60) return `in ${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `in ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  const hours = Math.ceil(minutes / 60);
  return `in ${hours} ${hours === 1 ? "hour" : "hours"}`;
}
