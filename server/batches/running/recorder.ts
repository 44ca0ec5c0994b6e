import { log } from "@/server/platform/log";
import { seal } from "@/server/platform/sealed";
import type { LineAnswer } from "../door";
import type { Hold } from "./hold";
import * as running from "./queries";

/** For what answers are sealed. */
export const sealedAs = "batch line";

/** So many bytes and answers are written at once, and as many more may wait for that. */
const mostBytes = 8 * 1024 * 1024;
const mostLines = 500;
const retryMs = 500;
/** So long answers are gathered before they are written, in milliseconds. */
const gatherMs = 25;
/** So long it is tried to write what was answered while this instance stops, in milliseconds. */
const stopMs = 5_000;

const nothing: LineAnswer["used"] = { promptTokens: 0, completionTokens: 0, cost: 0 };

/**
 * Writes what lines were answered. All that came in some milliseconds, or while one transaction was under way, goes into the next: no
 * answer waits longer than that, and many at a time cost little.
 */
export class Recorder {
  #lines: (running.KeptLine & { bytes: number })[] = [];
  #used = nothing;
  #isNew = false;
  #isEnding = false;
  #writing: Promise<void> | undefined;
  #taken: (() => void)[] = [];

  constructor(private readonly hold: Hold) {}

  /** Notes what sending a line has cost. */
  noteUsed({ promptTokens, completionTokens, cost }: LineAnswer["used"]): void {
    this.#add({ promptTokens, completionTokens, cost });
  }

  /** Keeps a line of the output, or of the error file. Resolves once there is room for the next. */
  async keep(line: number, isError: boolean, text: string): Promise<void> {
    const sealed = seal(sealedAs, Buffer.from(text));
    this.#lines.push({ line, isError, sealed, bytes: sealed.length });
    this.#add(nothing);
    while (this.#isFull && this.hold.why !== "lost") await new Promise<void>((resolve) => this.#taken.push(resolve));
  }

  /** Resolves once everything is written, or cannot be. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#writing;
  }

  get #isFull(): boolean {
    return this.#lines.length >= mostLines || this.#lines.reduce((sum, { bytes }) => sum + bytes, 0) >= mostBytes;
  }

  #add(used: LineAnswer["used"]): void {
    this.#used = sum(this.#used, used);
    this.#isNew = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    const { batch } = this.hold;
    let stopAt = Number.POSITIVE_INFINITY;
    while (this.hold.why !== "lost" && this.#isNew) {
      if (!this.#isEnding && !this.#isFull) await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const [lines, used] = [this.#lines.splice(0, mostLines), this.#used];
      const failed = lines.filter(({ isError }) => isError).length;
      const kept = lines.map(({ bytes: _, ...line }) => line);
      const gain: running.Gain = { ...used, failed, completed: lines.length - failed };
      this.#used = nothing;
      this.#isNew = this.#lines.length > 0;
      this.#wake();
      try {
        await this.hold.write((db) => running.keepLines(db, batch.workspaceId, batch, kept, gain));
      } catch (error) {
        log.warn({ err: error, batch: batch.id }, "answers of a batch could not be written");
        this.#lines.unshift(...lines);
        this.#add(used);
        if (this.hold.why === "stopping") stopAt = Math.min(stopAt, performance.now() + stopMs);
        if (performance.now() > stopAt) break;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#taken.splice(0)) go();
  }
}

function sum(one: LineAnswer["used"], other: LineAnswer["used"]): LineAnswer["used"] {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    cost: one.cost + other.cost,
  };
}
