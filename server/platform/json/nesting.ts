import { JsonError, written } from "./bounds";

/**
 * The names that lead to a value at a depth, as hashes (`hashOf`): in `names[depth]` that of its own member, before it those of the objects and lists
 * that it is in; a list has the name of the member whose value it is. Valid only while the listener is called.
 */
export type NamePath = { readonly names: Int32Array; readonly depth: number };

export const hashStart = 0x811c9dc5 | 0;
export const hashStep = (hash: number, byte: number) => Math.imul(hash ^ byte, 0x01000193);

/** Returns the hash that a name written without escapes has in a `NamePath`. */
export const hashOf = (text: string): number => Buffer.from(text).reduce(hashStep, hashStart);

/** Levels that there is room for at first. Few texts have more. */
const usualDepth = 16;

/** The objects and lists that the place a scanner has come to is in. */
export class Nesting implements NamePath {
  depth = 0;
  /** By depth: the hash of the name that is being read there. */
  names = new Int32Array(usualDepth);
  #isObject = new Uint8Array(usualDepth);

  constructor(private readonly limit: number) {}

  /** Whether the innermost is an object. */
  get isInObject(): boolean {
    return this.#isObject[this.depth] === 1;
  }

  /** Whether this is among the members of the outermost object. */
  get isAtMembers(): boolean {
    return this.depth === 1 && this.#isObject[1] === 1;
  }

  /** Whether the outermost has been an object. */
  get isOuterObject(): boolean {
    return this.#isObject[1] === 1;
  }

  /** @throws JsonError when that is deeper than the limit */
  open(isObject: boolean): void {
    const depth = ++this.depth;
    if (depth > this.limit) throw new JsonError("too_deep", `is nested more than ${written(this.limit)} deep`);
    if (depth === this.names.length) this.#grow();
    this.#isObject[depth] = isObject ? 1 : 0;
    // What is in a list belongs to the member whose value the list is.
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
