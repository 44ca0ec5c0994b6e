import { InFlightById } from "@/server/platform/in-flight";
import type { Line } from "./exchange";

/** Those who wait for a request's line to be in the database. */
export class WrittenLines {
  readonly #waiting = new InFlightById<() => void>();

  /** Has it called once the line of a request is written, or never will be. */
  await(id: string, call: (() => void) | undefined): void {
    if (call) this.#waiting.set(id, call);
  }

  /** Tells those who wait for these. */
  tell(lines: readonly Pick<Line, "id">[]): void {
    if (this.#waiting.size === 0) return;
    for (const { id } of lines) {
      this.#waiting.take(id)?.();
    }
  }
}
