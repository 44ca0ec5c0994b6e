/**
 * What is in flight, in the order in which it came. For lists of a process whose members come and go thousands of times a second, in place of a
 * `Set`.
 *
 * V8 makes the table of a Set or a Map anew after as many changes as it has room for, and the former table goes on pointing to the new one. Once a
 * former table has grown old, each collection of young objects takes it for alive, and so its successor, and theirs, with all that was a
 * member whenever a table was made anew: nearly every request then lives, with its headers and its body, until the next collection of
 * everything. A member that leaves this list is pointed to by nothing, and points to nothing.
 */
export class InFlight<T> implements Iterable<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a member. Returns its place, by which it is removed. */
  add(member: T): Place<T> {
    const place: Place<T> = { member, former: this.#last, next: undefined };
    if (this.#last) this.#last.next = place;
    else this.#first = place;
    this.#last = place;
    this.#size += 1;
    return place;
  }

  /** Removes what is at a place, and returns whether it was there still. */
  remove(place: Place<T>): boolean {
    if (place.member === undefined) return false;
    const { former, next } = place;
    if (former) former.next = next;
    else this.#first = next;
    if (next) next.former = former;
    else this.#last = former;
    place.member = place.former = place.next = undefined;
    this.#size -= 1;
    return true;
  }

  /** Lists all, as they are at its first step: what is removed meanwhile is listed. */
  [Symbol.iterator](): Iterator<T> {
    const members: T[] = [];
    for (let place = this.#first; place; place = place.next) members.push(place.member as T);
    return members[Symbol.iterator]();
  }
}

/** Where a member is, as long as it is one. */
type Place<T> = { member: T | undefined; former: Place<T> | undefined; next: Place<T> | undefined };

/**
 * What is in flight by its id, in place of a `Map`, for the reason that `InFlight` has: tables that a Map has left behind point to boxes, which
 * are empty once their member is gone.
 */
export class InFlightById<T> {
  readonly #boxes = new Map<string, { member: T | undefined }>();

  get size(): number {
    return this.#boxes.size;
  }

  get(id: string): T | undefined {
    return this.#boxes.get(id)?.member;
  }

  /** Adds a member, or puts it in the place of the one with this id. */
  set(id: string, member: T): void {
    const box = this.#boxes.get(id);
    if (box) box.member = member;
    else this.#boxes.set(id, { member });
  }

  /** Removes a member, and returns it if it was there. */
  take(id: string): T | undefined {
    const box = this.#boxes.get(id);
    if (!box) return undefined;
    this.#boxes.delete(id);
    const { member } = box;
    box.member = undefined;
    return member;
  }

  /** Lists all, as they are now. */
  list(): T[] {
    return Array.from(this.#boxes.values(), ({ member }) => member as T);
  }
}
