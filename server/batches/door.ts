/**
 * Who is charged for a batch, and whose rights apply: a key, with its member unless it is a service key, or a member in
 * the browser.
 */
export type BatchCaller = { workspaceId: string; memberId: string | null; keyId: string | null };

/** A request of a batch: the path of its endpoint, the model, and its body in JSON. */
export type LineRequest = { path: string; model: string; body: Buffer };

/** The request of one line of a batch. If it is sent several times, only one is charged. */
export type LineCall = LineRequest & { batchId: string; line: number };

/**
 * Thrown when a request cannot be checked now, for a reason that is shown to people; `seconds` says when to try again,
 * if that is known.
 */
export class NotNow extends Error {
  override readonly name = "NotNow";
  constructor(
    readonly code: string,
    message: string,
    readonly seconds: number | undefined,
  ) {
    super(message);
  }
}

/** The highest possible cost of a request, in micro-units. */
export type LineEstimate = { cost: number };

/** An error of the API; `param` is the field that it is about. */
export type LineError = { status: number; code: string; message: string; param: string | null };

/** The answer to a request, and its cost. */
export type LineAnswer = {
  requestId: string;
  status: number;
  /** JSON on one line. */
  body: string;
  /** Undefined for a success. */
  error?: LineError;
  /** After how many seconds the error says to try again. */
  retryAfterSeconds: number | undefined;
  mayRetry: boolean;
  /** `isCharged`: a model server has worked on the request. */
  used: { promptTokens: number; completionTokens: number; cost: number; isCharged: boolean };
  /** Resolves when the usage is in the ledger, or never will be. */
  written: Promise<void>;
};

/** Why a batch must stop: its key or its member has lost a right that it needs. */
export type Loss = { code: string; message: string };

/** The signals that end requests under way: this instance stops, or the creator has lost the right to them. */
export type LineEnds = {
  stopping: AbortSignal;
  lost: AbortSignal;
  /** Called when the request has begun: from then on the gateway accounts for its body. */
  onBegun?: () => void;
};

/**
 * The gateway as batches use it: each line is handled like a request of a program, with the current rights and limits
 * of the creator of the batch.
 */
export type LineDoor = {
  /**
   * Returns the right to the batch that its creator has lost; undefined: none. Rejects when this cannot be determined.
   */
  findLoss(caller: BatchCaller, path: string): Promise<Loss | undefined>;
  /**
   * Returns whether a spending limit is used up for every request, with the sentence and the seconds until it may have
   * room.
   */
  findUsedUp(caller: BatchCaller): Promise<{ message: string; code: string; seconds: number } | undefined>;
  /**
   * Reserves memory for the bytes of a line that waits to be sent, within the limit for the bodies of all requests, so
   * that lines cannot use up the memory of this process; undefined: there is no room now. Returns the function that
   * releases it; calling it again does nothing.
   */
  roomFor(caller: BatchCaller, bytes: number): (() => void) | undefined;
  /**
   * Checks a request as far as possible without sending it. Rejects when this is not possible now, with `NotNow` if the
   * reason is known.
   */
  check(caller: BatchCaller, request: LineRequest): Promise<LineEstimate | LineError>;
  /** Sends a request. Never rejects. */
  answer(caller: BatchCaller, call: LineCall, ends: LineEnds): Promise<LineAnswer>;
};
