import type { Media } from "./media-reader";

/**
 * The pairs of texts in a request: how many there are, and the bytes of text and the media that the model reads again
 * with each pair after the first.
 */
export type Pairs = { count: number; againBytes: number; againMedia: Media[] };

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

  /** @param mediaIn returns the media in a side */
  found(mediaIn: (name: string) => Media[]): Pairs {
    const sides = [...this.#sides];
    const count = Math.max(1, ...sides.map(([, { elements }]) => elements));
    const alone = sides.filter(([, { elements }]) => elements <= 1);
    const againMedia = alone.flatMap(([name]) => mediaIn(name));
    const sent = againMedia.reduce((sum, { characters }) => sum + characters, 0);
    const bytes = alone.reduce((sum, [, side]) => sum + side.bytes, 0);
    return { count, againBytes: (bytes - sent) * (count - 1), againMedia };
  }
}
