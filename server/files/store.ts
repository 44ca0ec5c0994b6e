import type { Readable } from "node:stream";

/** A piece of a file under way. */
export type Bytes = Uint8Array;

/** Where the bytes of files are kept, each under its workspace's id and its own. Nothing a person typed is part of a name. */
export type Store = {
  /**
   * Keeps what `source` gives, all of it or nothing: when the source throws, what was written is taken away again and the
   * source's error thrown on.
   *
   * @throws StoreDown, StoreFull
   */
  put(workspaceId: string, id: string, source: AsyncIterable<Bytes>): Promise<void>;
  /**
   * The bytes of a file, as a stream that has begun.
   *
   * @throws NoSuchObject, StoreDown
   */
  open(workspaceId: string, id: string): Promise<Readable>;
  /**
   * Takes a file away, and whatever an interrupted `put` of it left. What is not there is gone already.
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

/** The store cannot be reached, or does not do what it is asked. */
export class StoreDown extends Error {
  override readonly name = "StoreDown";
  constructor(cause: unknown) {
    super("the store of files does not work", { cause });
  }
}

/** There is no room left in the store. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
  constructor(cause: unknown) {
    super("the store of files is full", { cause });
  }
}

/** The store has no such file. */
export class NoSuchObject extends Error {
  override readonly name = "NoSuchObject";
  constructor(cause: unknown) {
    super("the store has no such file", { cause });
  }
}

/**
 * Tells what goes wrong with a source from what goes wrong with the store: the source's error is kept, and thrown whatever
 * the store made of it.
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

  /** What to throw for an error that came while this was being stored. */
  blame(error: unknown, storeFailed: (error: unknown) => Error): unknown {
    return this.#failure ? this.#failure.error : storeFailed(error);
  }
}
