/**
 * A list of requests, or of other things in progress, in the order of arrival. It replaces a `Set` where members are
 * added and removed thousands of times a second.
 *
 * V8 builds a new table for a Set or Map after a number of changes, and the old table keeps a pointer to the new one.
 * Once an old table is in the old generation, each minor garbage collection treats it as alive, and so also its
 * successors and all their members at the time of each rebuild. Nearly every request then stays in memory, with headers
 * and body, until the next major collection. In this list, a removed member is referenced by nothing and its place
 * references nothing.
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

  /** Removes the member at a place. Returns whether it was still there. */
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

  /** Iterates over a copy of the list, made at the first step: members that are removed later are still listed. */
  [Symbol.iterator](): Iterator<T> {
    const members: T[] = [];
    for (let place = this.#first; place; place = place.next) members.push(place.member as T);
    return members[Symbol.iterator]();
  }
}

/** The position of a member in the list; empty after its removal. */
type Place<T> = { member: T | undefined; former: Place<T> | undefined; next: Place<T> | undefined };

/**
 * Things in progress by id, in place of a `Map`, for the same reason as `InFlight`: old tables of a Map point to boxes,
 * which are empty once their member is removed.
 */
export class InFlightById<T> {
  readonly #boxes = new Map<string, { member: T | undefined }>();

  get size(): number {
    return this.#boxes.size;
  }

  get(id: string): T | undefined {
    return this.#boxes.get(id)?.member;
  }

  /** Adds a member, or replaces the one with this id. */
  set(id: string, member: T): void {
    const box = this.#boxes.get(id);
    if (box) box.member = member;
    else this.#boxes.set(id, { member });
  }

  /** Removes a member and returns it; undefined: there is none with this id. */
  take(id: string): T | undefined {
    const box = this.#boxes.get(id);
    if (!box) return undefined;
    this.#boxes.delete(id);
    const { member } = box;
    box.member = undefined;
    return member;
  }

  /** Returns a copy of the list of members. */
  list(): T[] {
    return Array.from(this.#boxes.values(), ({ member }) => member as T);
  }
}
