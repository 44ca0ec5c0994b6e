/** Pieces of this size and more are kept as they came. */
const largePiece = 16 * 1024;
const block = 64 * 1024;

/** Other bytes for a part of a text: from one offset up to another, which may be the same. */
export type Edit = { from: number; to: number; bytes: Buffer };

/** The bytes of a body in the pieces they came in, small ones put together: a body may come byte by byte. */
export class BodyParts {
  #parts: Buffer[] = [];
  #length = 0;
  /** The last part, where small pieces are gathered, and how much of it is used. */
  #gathering: Buffer | undefined;
  #used = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    const isFirst = this.#length === 0;
    this.#length += piece.length;
    if (isFirst || piece.length >= largePiece) {
      this.#endGathering();
      this.#parts.push(piece);
      return;
    }
    let rest = piece;
    while (rest.length > 0) {
      this.#gathering ??= Buffer.allocUnsafeSlow(block);
      const taken = rest.copy(this.#gathering, this.#used);
      this.#used += taken;
      rest = rest.subarray(taken);
      if (this.#used === block) this.#endGathering();
    }
  }

  /** All of it, in order. The parts are not copied; after this nothing may be added. */
  end(): Buffer[] {
    this.#endGathering();
    return this.#parts;
  }

  #endGathering(): void {
    if (this.#gathering) this.#parts.push(this.#gathering.subarray(0, this.#used));
    this.#gathering = undefined;
    this.#used = 0;
  }
}

/** Returns the same text with some of it replaced. `edits` are in the order of their offsets and do not overlap. Nothing that stays is copied. */
export function edited(parts: readonly Buffer[], edits: readonly Edit[]): Buffer[] {
  const result: Buffer[] = [];
  let before = 0;
  let next = 0;
  for (const part of parts) {
    let at = 0;
    for (let edit = edits[next]; edit && edit.from < before + part.length; edit = edits[next]) {
      const from = edit.from - before;
      if (from > at) result.push(part.subarray(at, from));
      if (from >= 0) result.push(edit.bytes);
      at = edit.to - before;
      // It goes on in the next part.
      if (at > part.length) break;
      next++;
    }
    if (at < part.length) result.push(part.subarray(at));
    before += part.length;
  }
  return result;
}
