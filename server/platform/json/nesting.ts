import { JsonError, written } from "./bounds";

/**
 * The path of names to a value, as hashes (`hashOf`). `names[depth]` is the value's own member; the ones before it are
 * the objects and lists around it. A list has the name of the member whose value it is. Valid only during a call of the
 * listener.
 */
export type NamePath = { readonly names: Int32Array; readonly depth: number };

export const hashStart = 0x811c9dc5 | 0;
export const hashStep = (hash: number, byte: number) => Math.imul(hash ^ byte, 0x01000193);

/** Returns the hash of a name in a `NamePath`. The name must be written without escapes. */
export const hashOf = (text: string): number => Buffer.from(text).reduce(hashStep, hashStart);

/** The number of levels that fit at first. Few texts have more. */
const usualDepth = 16;

/** The objects and lists around a scanner's current position. */
export class Nesting implements NamePath {
  depth = 0;
  /** By depth: the hash of the name that was read there last. */
  names = new Int32Array(usualDepth);
  #isObject = new Uint8Array(usualDepth);

  constructor(private readonly limit: number) {}

  /** Whether the innermost container is an object. */
  get isInObject(): boolean {
    return this.#isObject[this.depth] === 1;
  }

  /** Whether the position is among the members of the outermost object. */
  get isAtMembers(): boolean {
    return this.depth === 1 && this.#isObject[1] === 1;
  }

  /** Whether the outermost container is or was an object. */
  get isOuterObject(): boolean {
    return this.#isObject[1] === 1;
  }

  /** @throws JsonError when the nesting is deeper than the limit */
  open(isObject: boolean): void {
    const depth = ++this.depth;
    if (depth > this.limit) throw new JsonError("too_deep", `is nested more than ${written(this.limit)} deep`);
    if (depth === this.names.length) this.#grow();
    this.#isObject[depth] = isObject ? 1 : 0;
    // The elements of a list belong to the member whose value the list is.
    this.names[depth] = isObject ? 0 : (this.names[depth - 1] as number);
  }

  #grow(): void {
    const [names, isObject] = [this.names, this.#isObject];
    this.names = new Int32Array(2 * names.length);
    this.names.set(names);
    this.#isObject = new Uint8Array(2 * names.length);
    this.#isObject.set(isObject);
  }
}
