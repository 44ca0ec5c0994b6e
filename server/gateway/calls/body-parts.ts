/** Pieces of at least this size are kept as they arrived. */
const largePiece = 16 * 1024;
const block = 64 * 1024;

/** New bytes for the part of a text between two offsets, which may be equal. */
export type Edit = { from: number; to: number; bytes: Buffer };

/**
 * The bytes of a body in the pieces in which they arrived. Small pieces are combined, because a body may arrive byte
 * by byte.
 */
export class BodyParts {
  #parts: Buffer[] = [];
  #length = 0;
  /** The last part, in which small pieces are gathered, and how much of it is filled. */
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

  /** Returns all parts in order, without copying them. Nothing may be added afterwards. */
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

/**
 * Returns the same text with these parts replaced. `edits` are in the order of their offsets and do not overlap.
 * Bytes that stay are not copied.
 */
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
