import type { Answer, Refused } from "../queries";
import type { Lease } from "./lease";
import type { Need } from "./pool";
import { underWayRefusal, verdictOf } from "./refusal";

/** A request that waits for leases that are too small for it. */
export type WaitingRequest = {
  needs: Need[];
  /** Finds its budgets anew: a span may have ended while it waits. */
  renewNeeds(now: number): Need[];
  /** Takes what it needs, or says that there is room where only that is asked; undefined: there is not. */
  take(needs: Need[], now: number): Answer | undefined;
  answer(answer: Answer): void;
  fail(error: unknown): void;
};

type Entry = WaitingRequest & {
  since: number;
  attempts: number;
  /** Whether the exchange that is on its way asks for it. */
  isAsked: boolean;
};

const firstRetryMs = 10;
const maxAttempts = 12;

/** The requests that wait for leases, in their order. */
export class WaitingRequests {
  #entries: Entry[] = [];

  /** @param recallMs how long a request waits for other instances to give back what they do not use */
  constructor(private readonly recallMs: number) {}

  get count(): number {
    return this.#entries.length;
  }

  add(request: WaitingRequest, now: number): void {
    this.#entries.push({ ...request, since: now, attempts: 0, isAsked: false });
  }

  failAll(error: unknown): void {
    for (const entry of this.#entries.splice(0)) entry.fail(error);
  }

  /** Lists what each lease lacks for them. The next exchange asks for it. */
  wants(): Map<Lease, number[]> {
    const wants = new Map<Lease, number[]>();
    for (const entry of this.#entries) {
      entry.isAsked = true;
      for (const { lease, amount } of entry.needs) {
        const needs = wants.get(lease);
        if (needs) needs.push(amount);
        else wants.set(lease, [amount]);
      }
    }
    return wants;
  }

  /** Lists the leases that are waited for. */
  leases(): Set<Lease> {
    return new Set(this.#entries.flatMap(({ needs }) => needs.map(({ lease }) => lease)));
  }

  /** Answers those that can be. */
  serve(now: number): void {
    this.#entries = this.#entries.filter((entry) => !this.#isServed(entry, now));
  }

  /**
   * Answers those that can be after an exchange; those that it asked for are judged by its answer. `onRefused` is given the needs of each that
   * is refused.
   *
   * @returns in how many milliseconds the database is to be asked again; infinite: it is not
   */
  serveAfterExchange(now: number, onRefused: (needs: Need[]) => void): number {
    let retryMs = Number.POSITIVE_INFINITY;
    this.#entries = this.#entries.filter((entry) => {
      entry.needs = entry.renewNeeds(now);
      if (this.#isServed(entry, now)) return false;
      if (!entry.isAsked) {
        retryMs = 0;
        return true;
      }
      entry.isAsked = false;
      entry.attempts++;
      const refused = this.#refusalOf(entry, now);
      if (refused) {
        onRefused(entry.needs);
        entry.answer(refused);
        return false;
      }
      const isAgain = verdictOf(entry.needs, now).kind === "again" && entry.attempts < 3;
      retryMs = Math.min(retryMs, isAgain ? 0 : firstRetryMs * 2 ** Math.min(3, entry.attempts - 1));
      return true;
    });
    return retryMs;
  }

  #isServed(entry: Entry, now: number): boolean {
    const answer = entry.take(entry.needs, now);
    if (answer) entry.answer(answer);
    return answer !== undefined;
  }

  #refusalOf({ needs, since, attempts }: Entry, now: number): Refused | undefined {
    const verdict = verdictOf(needs, now);
    if (verdict.kind === "refused") return verdict.refused;
    if (verdict.kind === "recalled" && now - since > this.recallMs) return underWayRefusal(needs);
    // Others were quicker each time: after so many attempts the answer is that all of it is under way.
    return attempts > maxAttempts ? underWayRefusal(needs) : undefined;
  }
}
