import { setMaxListeners } from "node:events";
import type { Readable } from "node:stream";
import { log } from "@/server/platform/log";
import type { BatchCaller, LineAnswer, LineDoor, Loss } from "../door";
import { type BatchLine, type FileLine, isFlaw, linesOf, readLine } from "../lines";
import { Gate } from "./gate";
import type { Hold } from "./hold";
import { answeredLine } from "./output";
import * as running from "./queries";
import { nothing, Recorder } from "./recorder";
import { judge } from "./verdict";

/** Why no more lines are sent. */
export type SendingEnd =
  | { kind: "done" }
  | { kind: "expired" }
  | { kind: "paused"; seconds: number; code: string; message: string }
  | { kind: "stopped"; loss: Loss }
  | { kind: "given_up" };

type Sending = {
  hold: Hold;
  content: Readable;
  /** The numbers of the lines that were answered earlier. */
  done: ReadonlySet<number>;
  /** The numbers of the lines that were charged earlier and are sent again. */
  charged: Set<number>;
  door: LineDoor;
  caller: BatchCaller;
  /** The most lines under way. */
  concurrency: number;
  /** Ends the lines under way. */
  stopping: AbortSignal;
};

/** A line that was read and waits to be sent, with the function that releases its memory. */
type ReadLine = { line: number; request: BatchLine; release: () => void };

/** How often a line retries to get room, in milliseconds. */
const roomMs = 100;
const checkRightMs = 2_000;
/** After how many milliseconds of waiting the batch's row says so. */
const toldMs = 3_000;

/**
 * Sends the lines of a batch that have no answer yet, several in parallel, until all are answered or sending ends.
 * Stores the answers.
 */
export async function sendLines(sending: Sending): Promise<SendingEnd> {
  return new LineSender(sending).run();
}

class LineSender {
  #end: SendingEnd | undefined;
  #isWaitingTold = false;
  #reading: Promise<void> = Promise.resolve();
  readonly #lost = new AbortController();
  readonly #gate = new Gate();
  readonly #recorder: Recorder;

  constructor(private readonly of: Sending) {
    this.#recorder = new Recorder(of.hold);
    setMaxListeners(0, this.#lost.signal);
  }

  async run(): Promise<SendingEnd> {
    const { hold, content, concurrency } = this.of;
    const lines = linesOf(content);
    const expiry = setTimeout(() => this.#finish({ kind: "expired" }), Math.max(0, hold.batch.msLeft));
    const rights = setInterval(() => void this.#checkRight(), checkRightMs);
    hold.onGivenUp = () => this.#finish({ kind: "given_up" });
    const failures: unknown[] = [];
    const worker = () =>
      this.#work(lines).catch((error) => {
        failures.push(error);
        this.#finish({ kind: "given_up" });
      });
    try {
      await Promise.all(Array.from({ length: concurrency }, worker));
      await this.#recorder.end();
    } finally {
      clearTimeout(expiry);
      clearInterval(rights);
      hold.onGivenUp = undefined;
      this.#gate.end();
      content.destroy();
    }
    if (failures.length > 0) throw failures[0];
    if (hold.why === "lost") return { kind: "given_up" };
    return this.#end ?? { kind: "done" };
  }

  #finish(end: SendingEnd): void {
    this.#end ??= end;
    this.#gate.end();
    if (end.kind === "stopped") this.#lost.abort();
  }

  async #work(lines: AsyncGenerator<FileLine>): Promise<void> {
    while (!this.#end) {
      const reading = this.#reading.then(() => this.#next(lines));
      // The next reader waits for this one, whether it succeeds or fails.
      this.#reading = reading.then(
        () => undefined,
        () => undefined,
      );
      const next = await reading;
      if (!next) return;
      try {
        await this.#send(next);
      } finally {
        next.release();
      }
    }
  }

  /**
   * Reads the next line after the one before has got room: at most one line per batch is held without it. Undefined: no
   * more lines are to be sent.
   */
  async #next(lines: AsyncGenerator<FileLine>): Promise<ReadLine | undefined> {
    const { hold, done } = this.of;
    while (!this.#end) {
      const next = await lines.next();
      if (next.done) return undefined;
      const { line, text } = next.value;
      if (done.has(line)) continue;
      const read = readLine(text, hold.batch);
      // All lines were checked, and the file cannot have changed.
      if (isFlaw(read)) throw new Error(`line ${line} of a checked batch cannot be read`);
      const release = await this.#roomFor(read);
      return release && { line, request: read, release };
    }
    return undefined;
  }

  /** Waits until there is room for a line; undefined: no more lines are sent. */
  async #roomFor({ request: { body } }: BatchLine): Promise<(() => void) | undefined> {
    while (!this.#end) {
      const release = this.of.door.roomFor(this.of.caller, body.length);
      if (release) return release;
      await new Promise((resolve) => setTimeout(resolve, roomMs));
    }
    return undefined;
  }

  /** Sends a line until its answer is stored, or no more lines are sent. */
  async #send(next: ReadLine): Promise<void> {
    const { hold, door, caller, stopping, charged } = this.of;
    const { line, request: read } = next;
    const call = { ...read.request, batchId: hold.batch.id, line };
    for (let tries = 0; ; ) {
      const ticket = await this.#gate.pass();
      if (ticket === undefined || this.#end) return;
      const ends = { stopping, lost: this.#lost.signal, onBegun: next.release };
      const answer = await door.answer(caller, call, ends);
      const isCharged = answer.used.isCharged && !charged.has(line);
      const verdict = judge(answer, tries);
      if (verdict.kind === "keep") {
        if (this.#gate.open(ticket)) this.#tellWaiting(undefined, 0);
        const used = isCharged ? answer.used : nothing;
        charged.delete(line);
        const kept = { line, isError: verdict.isError, text: answeredLine(read.customId, answer), used };
        return this.#recorder.keep(kept, answer.written);
      }
      if (isCharged) {
        charged.add(line);
        this.#recorder.noteUsed(answer.used, answer.written);
      }
      if (verdict.kind === "wait") {
        if (verdict.isOwnFault) tries += 1;
        this.#tellWaiting(answer, this.#gate.close(ticket, verdict.seconds));
        // The line waits again.
        next.release();
        const release = await this.#roomFor(read);
        if (!release) return;
        next.release = release;
        continue;
      }
      if (this.#gate.open(ticket)) this.#tellWaiting(undefined, 0);
      const { code = "", message = "" } = answer.error ?? {};
      if (verdict.kind === "pause") return this.#finish({ kind: "paused", seconds: verdict.seconds, code, message });
      if (verdict.kind === "leave") return hold.giveUp("stopping");
      const loss = await door.findLoss(caller, hold.batch.endpoint).catch(() => undefined);
      return this.#finish({ kind: "stopped", loss: loss ?? verdict.loss });
    }
  }

  async #checkRight(): Promise<void> {
    const { door, caller, hold } = this.of;
    try {
      const loss = await door.findLoss(caller, hold.batch.endpoint);
      if (loss) this.#finish({ kind: "stopped", loss });
    } catch (error) {
      log.warn({ err: error, batch: hold.batch.id }, "the permission of a batch could not be checked");
    }
  }

  /** Records in the batch's row why no line is sent, or that lines are sent again. */
  #tellWaiting(answer: LineAnswer | undefined, ms: number): void {
    const error = answer?.error;
    if (error ? this.#isWaitingTold || ms < toldMs : !this.#isWaitingTold) return;
    this.#isWaitingTold = error !== undefined;
    const { hold } = this.of;
    const said = { waitingCode: error?.code ?? null, waitingBecause: error?.message ?? null };
    hold
      .write((db) => running.update(db, hold.batch.workspaceId, hold.batch, said))
      .catch((failure) =>
        log.warn({ err: failure, batch: hold.batch.id }, "the reason why a batch waits could not be written"),
      );
  }
}
