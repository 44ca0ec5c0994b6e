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

/** What is needed to pass an answer on. */
export type Relay = {
  begun: UpstreamResponse;
  reserved: Estimate;
  /** How the model counts images and audio. */
  media: MediaRates;
  outgoing: ServerResponse;
  call: Call;
  /** Kept up to date for the settlement, even when passing on fails. */
  progress: Progress;
  /** Keeps the answer, before its end is sent. */
  keeper?: Keeper | undefined;
  /**
   * Must be called when something of the answer is sent to the client: from then on the request is not sent to
   * another server.
   */
  delivers(): void;
};

/**
 * Thrown when a server answered in the form of another API, because it treats all paths alike. Nothing was sent to
 * the client.
 */
export class OtherAnswer extends Error {
  override readonly name = "OtherAnswer";
}

/** Thrown when an answer is longer, or has more members, than allowed. Nothing was sent to the client. */
export class TooLongAnswer extends Error {
  override readonly name = "TooLongAnswer";
}

/** How far an answer has come. */
export class Progress {
  readonly begun = performance.now();
  firstByteMs: number | null = null;
  /** The tokens as far as they are known; undefined until something was produced. */
  used: Used | undefined;

  noteByte(): void {
    this.firstByteMs ??= Math.round(performance.now() - this.begun);
  }

  /** Starts anew, because another server is asked. */
  restart(): void {
    this.firstByteMs = null;
    this.used = undefined;
  }

  get totalMs(): number {
    return Math.round(performance.now() - this.begun);
  }
}

/**
 * Returns the failure of an answer that was not passed on to its end. Once a part of it has arrived, no other server
 * is asked to do the same work.
 */
export function brokenAnswer(error: unknown, { firstByteMs }: Progress): ServerFailure {
  const isFinal = firstByteMs !== null;
  return error instanceof NoAnswer && error.kind === "slow"
    ? new ServerFailure(failures.slow, "timeout", { isFinal, cause: error })
    : new ServerFailure(failures.failed, "broke_off", { isFinal, cause: error });
}

/** Returns the failure of an answer that cannot be passed on. */
export function unusableAnswer(cause?: unknown): ServerFailure {
  return new ServerFailure(failures.unusable, "invalid_answer", { isFinal: true, isAnswer: true, cause });
}

/** Checks whether an answer has this media type and is not compressed; compression was not requested. */
export function isOfType(answer: ServerAnswer, type: string): boolean {
  const { "content-type": given = "" } = answer.headers;
  return isPlain(answer) && (given === type || given.split(";", 1)[0]?.trim().toLowerCase() === type);
}

/** Checks whether an answer is not compressed. */
export function isPlain({ headers }: ServerAnswer): boolean {
  return (headers["content-encoding"] ?? "identity") === "identity";
}
