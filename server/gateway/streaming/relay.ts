import type { ServerResponse } from "node:http";
import { NoAnswer } from "@/server/model-servers/post";
import type { ServerAnswer } from "@/server/model-servers/server-answer";
import type { MediaRates } from "@/server/platform/settings/models";
import type { Call } from "../calls/call";
import type { Estimate } from "../calls/estimate";
import type { Used } from "../calls/used-tokens";
import { failures } from "../errors/answer-error";
import { ServerFailure } from "../errors/upstream-error";
import type { Keeper } from "../kept-responses/continue";
import type { UpstreamResponse } from "./questions";

/** What is needed to hand an answer on. */
export type Relay = {
  begun: UpstreamResponse;
  reserved: Estimate;
  /** How the model counts media. */
  media: MediaRates;
  outgoing: ServerResponse;
  call: Call;
  /** Kept true for the settlement, also when sending it on fails. */
  progress: Progress;
  /** Keeps the answer, before its end is sent. */
  keeper?: Keeper | undefined;
  /** Must be called as something of the answer is sent to the client: the request is not sent to a server again. */
  delivers(): void;
};

/** A server has answered a request as another API does: it takes all paths for that one's. Nothing of it was sent. */
export class OtherAnswer extends Error {
  override readonly name = "OtherAnswer";
}

/** An answer is longer than one can be, or says more. Nothing of it was sent. */
export class TooLongAnswer extends Error {
  override readonly name = "TooLongAnswer";
}

/** How far an answer has come. */
export class Progress {
  readonly begun = performance.now();
  firstByteMs: number | null = null;
  /** As far as is known; undefined until something was produced. */
  used: Used | undefined;

  noteByte(): void {
    this.firstByteMs ??= Math.round(performance.now() - this.begun);
  }

  /** Another server is asked: nothing of its answer has come yet. */
  restart(): void {
    this.firstByteMs = null;
    this.used = undefined;
  }

  get totalMs(): number {
    return Math.round(performance.now() - this.begun);
  }
}

/** Returns why an answer was not handed on to its end. Once something of it has come, no other server is asked to do the same work. */
export function brokenAnswer(error: unknown, { firstByteMs }: Progress): ServerFailure {
  const isFinal = firstByteMs !== null;
  return error instanceof NoAnswer && error.kind === "slow"
    ? new ServerFailure(failures.slow, "timeout", { isFinal, cause: error })
    : new ServerFailure(failures.failed, "broke_off", { isFinal, cause: error });
}

/** Returns the error for a server's answer that cannot be passed on. */
export function unusableAnswer(cause?: unknown): ServerFailure {
  return new ServerFailure(failures.unusable, "invalid_answer", { isFinal: true, isAnswer: true, cause });
}

/** Checks whether an answer is of this media type, and not compressed, which it was not asked to be. */
export function isOfType(answer: ServerAnswer, type: string): boolean {
  const { "content-type": given = "" } = answer.headers;
  return isPlain(answer) && (given === type || given.split(";", 1)[0]?.trim().toLowerCase() === type);
}

/** Checks whether an answer is not compressed. */
export function isPlain({ headers }: ServerAnswer): boolean {
  return (headers["content-encoding"] ?? "identity") === "identity";
}
