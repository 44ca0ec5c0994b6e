import { type ApiError, Refusal } from "../errors/errors";

const kilobyte = 1_024;
const megabyte = kilobyte * kilobyte;

/** A body up to this size is short. Long bodies never take the room that is kept for short ones. */
const shortBody = 256 * kilobyte;
const shortRoom = 64 * megabyte;
/** The room that a body takes at first when it does not state its length. */
const firstTake = 64 * kilobyte;

/** The most bytes of bodies that may be held at a time, for all callers together and for each. */
type Rooms = { ofAll: number; ofEach: number };

/** The bytes that bodies of one kind hold, in total and by caller. */
class Room {
  #taken = 0;
  readonly #ofEach = new Map<string, number>();

  constructor(readonly rooms: Rooms) {}

  take(whose: string, bytes: number): void {
    const own = (this.#ofEach.get(whose) ?? 0) + bytes;
    if (own > this.rooms.ofEach) throw new Refusal(tooManyBytes(this.rooms.ofEach));
    if (this.#taken + bytes > this.rooms.ofAll) throw new Refusal(busy);
    this.#taken += bytes;
    this.#ofEach.set(whose, own);
  }

  give(whose: string, bytes: number): void {
    this.#taken -= bytes;
    const own = (this.#ofEach.get(whose) ?? 0) - bytes;
    if (own > 0) this.#ofEach.set(whose, own);
    else this.#ofEach.delete(whose);
  }
}

/**
 * Bounds how many bytes of request bodies this process holds, for all callers together and for each, so that bodies
 * cannot exhaust its memory. There is room for three of the longest bodies, two of them from one caller.
 */
export class BodyRoom {
  readonly #short = new Room({ ofAll: shortRoom, ofEach: shortRoom / 2 });
  readonly #long: Room;

  /** @param longest the bytes of the longest body that is accepted */
  constructor(longest: number) {
    this.#long = new Room({ ofAll: 3 * longest, ofEach: 2 * longest });
  }

  /**
   * Takes room for a body of this length, if the length is stated.
   *
   * @throws Refusal 429 when the caller's other bodies hold too much, 503 when all callers' bodies do
   */
  enter(whose: string, length: number | undefined): HeldRoom {
    return new HeldRoom(whose, length ?? firstTake, this.#short, this.#long);
  }
}

/** The room that one body holds. */
export class HeldRoom {
  #room: Room;
  #bytes: number;

  constructor(
    private readonly whose: string,
    bytes: number,
    short: Room,
    private readonly long: Room,
  ) {
    this.#room = bytes <= shortBody ? short : long;
    this.#bytes = bytes;
    this.#room.take(whose, bytes);
  }

  /**
   * Makes the room large enough for this many bytes. A body without a stated length needs more and more.
   *
   * @throws Refusal as `enter` does
   */
  cover(bytes: number): void {
    if (bytes <= this.#bytes) return;
    const larger = Math.max(bytes, Math.min(2 * this.#bytes, this.long.rooms.ofEach / 2));
    if (larger <= shortBody || this.#room === this.long) this.#room.take(this.whose, larger - this.#bytes);
    else {
      this.long.take(this.whose, larger);
      this.#room.give(this.whose, this.#bytes);
      this.#room = this.long;
    }
    this.#bytes = larger;
  }

  /** Makes the room larger by this many bytes. @throws Refusal as `enter` does */
  add(bytes: number): void {
    this.cover(this.#bytes + bytes);
  }

  /** Gives the room back. A second call changes nothing. */
  release(): void {
    this.#room.give(this.whose, this.#bytes);
    this.#bytes = 0;
  }
}

function tooManyBytes(most: number): ApiError {
  const megabytes = Math.round(most / megabyte);
  return {
    status: 429,
    message: `The requests of this key that are under way hold ${megabytes} MB of bodies, the most at a time. Try again in a second.`,
    type: "rate_limit_error",
    code: "bodies_under_way",
    retryAfter: 1,
  };
}

const busy: ApiError = {
  status: 503,
  message: "Too many long requests are under way. Try again in a moment.",
  type: "server_error",
  code: "busy",
  retryAfter: 2,
};
