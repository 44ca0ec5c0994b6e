import { TRPCError } from "@trpc/server";
import { refusals } from "./refusal-texts";

/** Which refusal it is. */
export type Reason = keyof typeof refusals;

/** What operators let a workspace have so many of; of files megabytes. */
export type CountedCeiling = "keys" | "members" | "files";

/** A refusal as it travels: inside a TRPCError's cause, so that pages and programs can tell which one it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly reason: Reason,
    /** Sentences for single fields of the input, by the field's name. */
    readonly fields: Record<string, string> = {},
    /** When trying again can succeed, for `too_many`, `spend_limit` and `spend_under_way`. */
    readonly retryAfterSeconds?: number,
    /** A sentence that knows more than the map's. */
    sentence: string = refusals[reason][1],
    /** The slug that the workspace has now, for `moved`. */
    readonly movedTo?: string,
    /** The operators' ceiling that is reached: more of it can be asked for. */
    readonly ceiling?: CountedCeiling,
  ) {
    super(sentence.replace("{when}", inWords(retryAfterSeconds)));
  }
}

/** Makes a refusal: `throw refuse("last_admin")`. Sentences for single fields may be added. */
export function refuse(reason: Reason, fields?: Record<string, string>): TRPCError {
  const cause = new Refusal(reason, fields);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes a refusal whose sentence knows more than the map's. */
export function refuseInWords(reason: Reason, sentence: string): TRPCError {
  const cause = new Refusal(reason, {}, undefined, sentence);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes the refusal of what is as many as operators let a workspace have: the sentence says how many. */
export function refuseCeiling(
  reason: "keys_full" | "seats_full",
  ceiling: CountedCeiling,
  sentence: string,
): TRPCError {
  const cause = new Refusal(reason, {}, undefined, sentence, undefined, ceiling);
  return new TRPCError({ code: refusals[reason][0], message: cause.message, cause });
}

/** Makes the refusal of a former slug, for a member: the workspace is at another one now. */
export function refuseMoved(slug: string): TRPCError {
  const cause = new Refusal("moved", {}, undefined, undefined, slug);
  return new TRPCError({ code: refusals.moved[0], message: cause.message, cause });
}

/** Makes the refusal of a limit that leaves room again in so many seconds. */
export function refuseUntil(seconds: number): TRPCError {
  const cause = new Refusal("too_many", {}, seconds);
  return new TRPCError({ code: refusals.too_many[0], message: cause.message, cause });
}

/** Makes the refusal of a sign-in that is too old for what was asked: the sentence says how old it may be. */
export function refuseStale(window: "recent" | "today"): TRPCError {
  const sentence =
    window === "recent"
      ? undefined
      : "This needs a sign-in of the last 12 hours. Sign in again in another tab, then repeat it here.";
  const cause = new Refusal("sign_in_again", {}, undefined, sentence);
  return new TRPCError({ code: refusals.sign_in_again[0], message: cause.message, cause });
}

/** Makes the refusal of a limit on spend: the sentence says whose it is and how much. */
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
