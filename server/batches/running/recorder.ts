import { InFlight } from "@/server/platform/in-flight";
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
/** So long answers are gathered before they are written, in milliseconds: their charges were gathered and written together before. */
const gatherMs = 5;
/** So long it is tried to write what was answered while this instance stops, in milliseconds. */
const stopMs = 5_000;

/** What answers have cost together. */
export type UsedOfLines = Omit<LineAnswer["used"], "isCharged">;

export const nothing: UsedOfLines = { promptTokens: 0, completionTokens: 0, cost: 0 };

/** A line of the output, or of the error file, and what it has cost. */
export type AnsweredLine = { line: number; isError: boolean; text: string; used: UsedOfLines };

/**
 * Writes what lines were answered, each once its charge is in the ledger: what is answered and not charged, because this process was killed
 * between the two, would be given away; what is charged and not answered is sent again, and charged no more. All that came in some milliseconds, or while one transaction was under way, goes into the next: no
 * answer waits longer than that, and many at a time cost little.
 */
export class Recorder {
  #lines: (running.KeptLine & { bytes: number })[] = [];
  #used = nothing;
  /** How many bytes wait for their charge to be written, and what resolves when. */
  #unchargedBytes = 0;
  readonly #uncharged = new InFlight<Promise<void>>();
  #isNew = false;
  #isEnding = false;
  #writing: Promise<void> | undefined;
  #taken: (() => void)[] = [];

  constructor(private readonly hold: Hold) {}

  /** Notes what sending a line has cost that has no answer yet, once `charged` resolves. */
  noteUsed(used: UsedOfLines, charged: Promise<void>): void {
    this.#once(charged, () => this.#add(used));
  }

  /** Keeps an answer once `charged` resolves. Resolves once there is room for the next. */
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

  /** Resolves once everything is written, or cannot be. */
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
    // In the same step in which nothing was left to write: what is added from here on begins anew.
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
