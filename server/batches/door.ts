/** Who is charged for a batch and whose rights hold: a key, with its member unless it is a service key, or a member in the browser. */
export type BatchCaller = { workspaceId: string; memberId: string | null; keyId: string | null };

/** A request of a batch: the path that it is for, and its body in JSON. */
export type LineRequest = { path: string; model: string; body: Buffer };

/** The request of this line of a batch: of all that are sent for it one is charged. */
export type LineCall = LineRequest & { batchId: string; line: number };

/** A request cannot be judged now, for a reason that people are told; not before these seconds are over, where that is known. */
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

/** What a request costs at most, in micro-units. */
export type LineEstimate = { cost: number };

/** An error of the API: `param` is the field it is about. */
export type LineError = { status: number; code: string; message: string; param: string | null };

/** What a request was answered, and what that has cost. */
export type LineAnswer = {
  requestId: string;
  status: number;
  /** In JSON, on one line. */
  body: string;
  /** Undefined for an answer. */
  error?: LineError;
  /** What the error says of trying again. */
  retryAfterSeconds: number | undefined;
  mayRetry: boolean;
  /** `isCharged`: a model server did anything for it. */
  used: { promptTokens: number; completionTokens: number; cost: number; isCharged: boolean };
  /** Resolves once that is in the ledger, or never will be. */
  written: Promise<void>;
};

/** Why a batch may not go on: its key or its member has lost the right to it. */
export type Loss = { code: string; message: string };

/** What ends requests that are under way: this instance stops, or their creator has lost the right to them. */
export type LineEnds = {
  stopping: AbortSignal;
  lost: AbortSignal;
  /** Called when the request is begun: its body has room of its own then. */
  onBegun?: () => void;
};

/**
 * The gateway as a batch sees it: each line goes the way of a request of a program, with the rights and the limits of who created the batch,
 * as they are at that moment.
 */
export type LineDoor = {
  /** Says which right to the batch its creator has lost; undefined: none. Rejects when that cannot be found out. */
  findLoss(caller: BatchCaller, path: string): Promise<Loss | undefined>;
  /** Says whether a limit on spend leaves no room for any request, with the sentence and the seconds until there may be. */
  findUsedUp(caller: BatchCaller): Promise<{ message: string; code: string; seconds: number } | undefined>;
  /**
   * Takes room for the bytes of a line that waits to be sent, among the bodies of all requests, so that no lines take the memory of this
   * process; undefined: there is none now. Returns what gives it back; a second time changes nothing.
   */
  roomFor(caller: BatchCaller, bytes: number): (() => void) | undefined;
  /** Checks a request as far as that can be done without sending it. Rejects when it cannot be found out now, with `NotNow` where it is known why. */
  check(caller: BatchCaller, request: LineRequest): Promise<LineEstimate | LineError>;
  /** Sends a request. Never rejects. */
  answer(caller: BatchCaller, call: LineCall, ends: LineEnds): Promise<LineAnswer>;
};
