import { transaction } from "@/db/client";
import type { BatchStatus } from "@/db/schema/batches";
import { log } from "@/server/platform/log";
import * as running from "./queries";

/**
 * Why this instance gives up a batch: another instance has claimed it, it was cancelled, this instance stops, or its
 * turn is over.
 */
export type GivenUp = "lost" | "cancelled" | "stopping" | "turn_over";

const renewMs = 3_000;

/** A batch that this instance has claimed, until `end` is called, with the reason to give it up, if any. */
export class Hold {
  #why: GivenUp | undefined;
  #onGivenUp: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onStop = () => this.giveUp("stopping");

  constructor(
    readonly batch: running.ClaimedBatch,
    private readonly stopping: AbortSignal,
  ) {
    this.#timer = setInterval(() => {
      this.write((db) => running.renew(db, batch.workspaceId, batch)).catch((error) =>
        log.warn({ err: error, batch: batch.id }, "the claim of a batch could not be renewed"),
      );
    }, renewMs);
    stopping.addEventListener("abort", this.#onStop, { once: true });
    if (stopping.aborted) this.#onStop();
  }

  get why(): GivenUp | undefined {
    return this.#why;
  }

  /** Sets the callback that is called once when the batch is given up. */
  set onGivenUp(call: (() => void) | undefined) {
    this.#onGivenUp = call;
    if (this.#why) call?.();
  }

  giveUp(why: GivenUp): void {
    if (this.#why === "lost" || this.#why === why) return;
    const isFirst = this.#why === undefined;
    this.#why = why;
    if (isFirst) this.#onGivenUp?.();
  }

  /**
   * Runs a transaction that returns the current state of the batch; undefined means that the claim was lost. Returns
   * the same.
   */
  async write(run: (db: Parameters<Parameters<typeof transaction>[2]>[0]) => Promise<BatchStatus | undefined>) {
    const status = await transaction("write", { workspaceId: this.batch.workspaceId }, run);
    if (status === undefined) this.giveUp("lost");
    if (status === "cancelling") this.giveUp("cancelled");
    return status;
  }

  end(): void {
    clearInterval(this.#timer);
    this.stopping.removeEventListener("abort", this.#onStop);
  }
}
