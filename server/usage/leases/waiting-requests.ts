import type { Answer, Refused } from "../queries";
import type { Lease } from "./lease";
import type { Need } from "./pool";
import { underWayRefusal, verdictOf } from "./refusal";

/** A request that waits because a lease is too small for it. */
export type WaitingRequest = {
  needs: Need[];
  /** Looks up its budgets again, because a span may have ended while it waits. */
  renewNeeds(now: number): Need[];
  /** Takes what it needs, or for a check only finds that there is room; undefined: there is not enough. */
  take(needs: Need[], now: number): Answer | undefined;
  answer(answer: Answer): void;
  fail(error: unknown): void;
};

type Entry = WaitingRequest & {
  since: number;
  attempts: number;
  /** Whether the exchange under way asks for what it needs. */
  isAsked: boolean;
};

const firstRetryMs = 10;
const maxAttempts = 12;

/** The requests that wait for leases, in the order in which they came. */
export class WaitingRequests {
  #entries: Entry[] = [];

  /** @param recallMs how long a request waits for other instances to give back what they do not use, in milliseconds */
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

  /** Lists by lease what each waiting request needs, and marks the requests as asked for in the next exchange. */
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

  /** Lists the leases that requests wait for. */
  leases(): Set<Lease> {
    return new Set(this.#entries.flatMap(({ needs }) => needs.map(({ lease }) => lease)));
  }

  /** Answers the waiting requests for which there is room now. */
  serve(now: number): void {
    this.#entries = this.#entries.filter((entry) => !this.#isServed(entry, now));
  }

  /**
   * Answers waiting requests after an exchange: those for which there is room, and those whose refusal its answer
   * decides. `onRefused` receives the needs of each refused request.
   *
   * @returns in how many milliseconds the database should be asked again; infinite: not for these
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
    // Other requests were quicker each time. After this many attempts it is refused, because all of the budget is
    // under way.
    return attempts > maxAttempts ? underWayRefusal(needs) : undefined;
  }
}
