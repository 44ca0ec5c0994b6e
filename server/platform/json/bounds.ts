/** The bounds of a JSON text from another machine or a person. */
export type JsonBounds = {
  /** How deeply objects and arrays may be nested. */
  depth: number;
  /** The number of members of all objects together. */
  members: number;
  /** The number of values of all kinds together, which decides the cost of the parsed tree. */
  values: number;
  /** Bytes of one member's name, as written. */
  nameBytes: number;
  /** Bytes of one number. */
  numberBytes: number;
};

/** For texts that are parsed into a tree: about 10 ms of work. */
export const treeBounds: JsonBounds = {
  depth: 64,
  members: 20_000,
  values: 100_000,
  nameBytes: 1_024,
  numberBytes: 512,
};

/** For answers of the operator's model servers to background jobs: long lists of models or of a job's events. */
export const listBounds: JsonBounds = { ...treeBounds, members: 100_000, values: 300_000 };

/** For request bodies that are only scanned and passed on: lists of numbers may be long. */
export const passingBounds: JsonBounds = {
  depth: 128,
  members: 100_000,
  values: Number.POSITIVE_INFINITY,
  nameBytes: 4_096,
  numberBytes: 512,
};

/** For answers that are only scanned: a long list of embeddings has three members for each of them. */
export const answerBounds: JsonBounds = { ...passingBounds, members: 1_000_000 };

/** For texts that may also be parsed into a tree, in which long strings are left out. */
export const translatedBounds: JsonBounds = { ...passingBounds, values: 300_000 };

/** Formats a bound for a message. */
export const written = (bound: number) => bound.toLocaleString("en-US");

/**
 * Thrown when a text is not JSON (`malformed`, `not_utf8`) or exceeds a bound. The message has no subject ("is not
 * JSON") and never repeats the text.
 */
export class JsonError extends Error {
  override readonly name = "JsonError";
  constructor(
    readonly kind: "malformed" | "not_utf8" | "too_deep" | "too_many_members" | "too_many_values" | "too_long",
    message: string,
  ) {
    super(message);
  }

  /** Whether the text was valid JSON as far as it was read, and only exceeded a bound. */
  get isExcess(): boolean {
    return this.kind !== "malformed" && this.kind !== "not_utf8";
  }
}
