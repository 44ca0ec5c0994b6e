/** What a JSON text from outside may be at most. */
export type JsonBounds = {
  /** Of objects and arrays in each other. */
  depth: number;
  /** Of all objects together. */
  members: number;
  /** Values of all kinds together: what a tree of them costs. */
  values: number;
  /** Bytes of one name of a member, as it is written. */
  nameBytes: number;
  /** Bytes of one number. */
  numberBytes: number;
};

/** For what is parsed into a tree: about 10 ms of work. */
export const treeBounds: JsonBounds = {
  depth: 64,
  members: 20_000,
  values: 100_000,
  nameBytes: 1_024,
  numberBytes: 512,
};

/** For what a server that the operator chose says in the background: long lists of models or of a job's events. */
export const listBounds: JsonBounds = { ...treeBounds, members: 100_000, values: 300_000 };

/** For what is only looked through and passed on: lists of numbers may be long. */
export const passingBounds: JsonBounds = {
  depth: 128,
  members: 100_000,
  values: Number.POSITIVE_INFINITY,
  nameBytes: 4_096,
  numberBytes: 512,
};

/** For answers that are only looked through: a long list of embeddings has three members for each of them. */
export const answerBounds: JsonBounds = { ...passingBounds, members: 1_000_000 };

/** For what may also be parsed into a tree, whose long strings are left out of it. */
export const translatedBounds: JsonBounds = { ...passingBounds, values: 300_000 };

/** Writes a bound for a message. */
export const written = (bound: number) => bound.toLocaleString("en-US");

/**
 * A text is no JSON (`malformed`, `not_utf8`), or more than the bounds allow. The message says which, without a subject ("is not JSON"), and
 * never repeats the text.
 */
export class JsonError extends Error {
  override readonly name = "JsonError";
  constructor(
    readonly kind: "malformed" | "not_utf8" | "too_deep" | "too_many_members" | "too_many_values" | "too_long",
    message: string,
  ) {
    super(message);
  }

  /** Whether it is JSON, as far as it was read, and only too much of it. */
  get isExcess(): boolean {
    return this.kind !== "malformed" && this.kind !== "not_utf8";
  }
}
