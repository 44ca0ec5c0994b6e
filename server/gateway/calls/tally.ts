import type { MediaRates } from "@/server/platform/settings/models";
import { mediaOf, mediaTokens, spokenTokens } from "./media";

/**
 * Counts what a model produced, for answers without usage: one token per piece of a stream that has text, or one per
 * four characters, whichever is more. Speech and images count as media, not as the text in which they are encoded.
 */
export class Tally {
  #pieces = 0;
  #characters = 0;
  #spoken = 0;
  #imageTokens = 0;

  constructor(readonly rates: MediaRates = {}) {}

  /** Adds the `choices` of an answer or of an event. */
  add(choices: unknown): void {
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      const { delta, message, text } = (choice ?? {}) as { delta?: unknown; message?: unknown; text?: unknown };
      this.addPiece(delta ?? message ?? text);
    }
  }

  /** Adds one piece of an answer, of any form. */
  addPiece(piece: unknown): void {
    const characters = this.#textLength(piece, 0);
    if (characters === 0) return;
    this.#pieces++;
    this.#characters += characters;
  }

  /** The tokens of everything, including speech and images. */
  get tokens(): number {
    return Math.max(this.#pieces, Math.ceil(this.#characters / 4)) + this.#imageTokens + this.audioTokens;
  }

  get audioTokens(): number {
    return spokenTokens(this.#spoken, this.rates);
  }

  /**
   * Returns the number of characters in everything that a message says: its content in one or several parts,
   * reasoning, and calls of tools.
   */
  #textLength(value: unknown, depth: number): number {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null || depth > 8) return 0;
    const media = mediaOf(value);
    if (media && media.kind !== "audio") {
      this.#imageTokens += mediaTokens([media], this.rates).imageInput ?? 0;
      return 0;
    }
    let length = 0;
    for (const [name, part] of Object.entries(value)) {
      if (labels.has(name)) continue;
      if (name === "audio" || name === "input_audio" || name === "output_audio") length += this.#speech(part, depth);
      else length += this.#textLength(part, depth + 1);
    }
    return length;
  }

  #speech(audio: unknown, depth: number): number {
    if (typeof audio === "string") {
      this.#spoken += audio.length;
      return 0;
    }
    const { data, ...rest } = (audio ?? {}) as Record<string, unknown>;
    if (typeof data === "string") this.#spoken += data.length;
    return this.#textLength(rest, depth + 1);
  }
}

/** Members whose text a model has not written. */
const labels = new Set([
  ...["role", "type", "id", "object", "index", "expires_at", "format"],
  ...["status", "call_id", "tool_use_id", "signature", "encrypted_content", "annotations", "citations"],
]);
