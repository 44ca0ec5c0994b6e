import { InFlightById } from "@/server/platform/in-flight";
import type { Line } from "./exchange";

/** Calls back when the ledger line of a request is written. */
export class WrittenLines {
  readonly #waiting = new InFlightById<() => void>();

  /** Keeps a callback for when the line of a request is written, or is certain never to be. */
  await(id: string, call: (() => void) | undefined): void {
    if (call) this.#waiting.set(id, call);
  }

  /** Calls the callbacks of these lines. */
  tell(lines: readonly Pick<Line, "id">[]): void {
    if (this.#waiting.size === 0) return;
    for (const { id } of lines) {
      this.#waiting.take(id)?.();
    }
  }
}
