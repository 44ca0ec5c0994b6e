import type { Readable } from "node:stream";

/** A chunk of a file. */
export type Bytes = Uint8Array;

/**
 * Stores the bytes of files, each under the ids of its workspace and its own. Names never contain text that a person
 * typed.
 */
export type Store = {
  /**
   * Stores all that `source` yields, or nothing: when the source throws, the written bytes are removed and its error is
   * rethrown.
   *
   * @throws StoreDown, StoreFull
   */
  put(workspaceId: string, id: string, source: AsyncIterable<Bytes>): Promise<void>;
  /**
   * Returns the bytes of a file, as a stream that has begun.
   *
   * @throws NoSuchObject, StoreDown
   */
  open(workspaceId: string, id: string): Promise<Readable>;
  /**
   * Removes a file and what an interrupted `put` of it left. Does nothing when there is none.
   *
   * @throws StoreDown
   */
  erase(workspaceId: string, id: string): Promise<void>;
  /**
   * Checks whether the store can be used, and logs the result for the operator.
   *
   * @throws StoreDown
   */
  check(): Promise<void>;
};

/** Thrown when the store cannot be reached or fails. */
export class StoreDown extends Error {
  override readonly name = "StoreDown";
  constructor(cause: unknown) {
    super("the store of files does not work", { cause });
  }
}

/** Thrown when the store is full. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
  constructor(cause: unknown) {
    super("the store of files is full", { cause });
  }
}

/** Thrown when the store has no such file. */
export class NoSuchObject extends Error {
  override readonly name = "NoSuchObject";
  constructor(cause: unknown) {
    super("the store has no such file", { cause });
  }
}

/**
 * Distinguishes errors of a source from errors of the store: an error of the source is remembered and thrown, whatever
 * error the store makes of it.
 */
export class Source implements AsyncIterable<Bytes> {
  #failure: { error: unknown } | undefined;
  constructor(private readonly from: AsyncIterable<Bytes>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Bytes> {
    try {
      yield* this.from;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Returns the error to throw for one that came while this source was being stored. */
  blame(error: unknown, storeFailed: (error: unknown) => Error): unknown {
    return this.#failure ? this.#failure.error : storeFailed(error);
  }
}
