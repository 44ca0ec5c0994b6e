import { InFlight } from "@/server/platform/in-flight";
import { log } from "@/server/platform/log";
import { seal } from "@/server/platform/sealed";
import type { LineAnswer } from "../door";
import type { Hold } from "./hold";
import * as running from "./queries";

/** The purpose for which answers are sealed. */
export const sealedAs = "batch line";

/** How many bytes and answers are written at once. As many more may wait for that. */
const mostBytes = 8 * 1024 * 1024;
const mostLines = 500;
const retryMs = 500;
/**
 * How many milliseconds answers are collected before they are written: their charges were collected and written
 * together before.
 */
const gatherMs = 5;
/** For how many milliseconds writing is tried while this instance stops. */
const stopMs = 5_000;

/** The total usage of answers. */
export type UsedOfLines = Omit<LineAnswer["used"], "isCharged">;

export const nothing: UsedOfLines = { promptTokens: 0, completionTokens: 0, cost: 0 };

/** A line of the output or error file, with its cost. */
export type AnsweredLine = { line: number; isError: boolean; text: string; used: UsedOfLines };

/**
 * Stores the answers of lines, each after its charge is in the ledger. An answer stored without a charge would be free
 * if this process were killed between the two; a line that is charged without a stored answer is sent again and not
 * charged again. Answers that arrive within a few milliseconds, or during a transaction, are written by the next
 * transaction: so no answer waits long, and many at a time cost little.
 */
export class Recorder {
  #lines: (running.KeptLine & { bytes: number })[] = [];
  #used = nothing;
  /** The number of bytes whose charges are not written yet, and the callback for when that changes. */
  #unchargedBytes = 0;
  readonly #uncharged = new InFlight<Promise<void>>();
  #isNew = false;
  #isEnding = false;
  #writing: Promise<void> | undefined;
  #taken: (() => void)[] = [];

  constructor(private readonly hold: Hold) {}

  /** Adds the usage of a line without an answer, after `charged` resolves. */
  noteUsed(used: UsedOfLines, charged: Promise<void>): void {
    this.#once(charged, () => this.#add(used));
  }

  /** Stores an answer after `charged` resolves. Resolves when there is room for the next one. */
  async keep({ line, isError, text, used }: AnsweredLine, charged: Promise<void>): Promise<void> {
    const sealed = seal(sealedAs, Buffer.from(text));
    this.#unchargedBytes += sealed.length;
    this.#once(charged, () => {
      this.#unchargedBytes -= sealed.length;
      this.#lines.push({ line, isError, sealed, bytes: sealed.length });
      this.#add(used);
    });
    while (this.#isFull && this.hold.why !== "lost") await new Promise<void>((resolve) => this.#taken.push(resolve));
  }

  #once(charged: Promise<void>, note: () => void): void {
    const waiting = charged.then(() => {
      this.#uncharged.remove(place);
      note();
    });
    const place = this.#uncharged.add(waiting);
  }

  /** Resolves when everything is written, or cannot be. */
  async end(): Promise<void> {
    this.#isEnding = true;
    let stopAt = Number.POSITIVE_INFINITY;
    while (this.#uncharged.size > 0 && this.hold.why !== "lost") {
      if (this.hold.why === "stopping") stopAt = Math.min(stopAt, performance.now() + stopMs);
      if (performance.now() > stopAt) break;
      await Promise.race([...this.#uncharged, new Promise((resolve) => setTimeout(resolve, retryMs))]);
    }
    await this.#writing;
  }

  get #isFull(): boolean {
    const bytes = this.#lines.reduce((sum, line) => sum + line.bytes, this.#unchargedBytes);
    return this.#lines.length + this.#uncharged.size >= mostLines || bytes >= mostBytes;
  }

  #add(used: UsedOfLines): void {
    this.#used = sum(this.#used, used);
    this.#isNew = true;
    this.#writing ??= this.#write();
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
    // Synchronous with the check that nothing is left: an answer added later starts a new run.
    this.#writing = undefined;
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#taken.splice(0)) go();
  }
}

function sum(one: UsedOfLines, other: UsedOfLines): UsedOfLines {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    cost: one.cost + other.cost,
  };
}
