/** What a request asks for pairs of texts is read as: how many pairs, and the bytes that are read again with each after the first. */
export type Pairs = { count: number; againBytes: number };

type Side = { bytes: number; elements: number };

/**
 * Counts the pairs that a request has a model read, as it comes: a query and documents, or two lists of texts. A side that is one text is
 * read with each text of the other.
 */
export class PairReader {
  readonly #sides = new Map<string, Side>();
  #side: Side | undefined;

  constructor(private readonly names: ReadonlySet<string>) {}

  isSide(name: string): boolean {
    return this.names.has(name);
  }

  has(name: string): boolean {
    return this.#sides.has(name);
  }

  /** A member begins. */
  begin(name: string): void {
    this.#side = this.isSide(name) ? { bytes: 0, elements: 0 } : undefined;
    if (this.#side) this.#sides.set(name, this.#side);
  }

  /** An element of a list begins that is the member's value. */
  addElement(): void {
    if (this.#side) this.#side.elements++;
  }

  end(bytes: number): void {
    if (this.#side) this.#side.bytes = bytes;
    this.#side = undefined;
  }

  get found(): Pairs {
    const sides = [...this.#sides.values()];
    const count = Math.max(1, ...sides.map(({ elements }) => elements));
    const alone = sides.filter(({ elements }) => elements <= 1).reduce((sum, { bytes }) => sum + bytes, 0);
    return { count, againBytes: alone * (count - 1) };
  }
}
