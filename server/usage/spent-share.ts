import { transaction } from "@/db/client";
import { type Budget, periodOf } from "./leases/budget";
import { spentOf } from "./queries";

/** How long a spent amount is remembered, in milliseconds. */
const believedMs = 2_000;
const mostRemembered = 20_000;

/** Remembers for a moment which share of the limits is spent, because each request to a route asks. */
export class SpentShares {
  readonly #remembered = new Map<string, { at: number; share: Promise<number> }>();

  /**
   * Returns which share of the most used limit is spent, 0 to 1 and beyond; 0 when there is no spending limit.
   *
   * @param now the database's time, in milliseconds
   */
  async shareOf(workspaceId: string, budgets: readonly Budget[], now: number): Promise<number> {
    const limited = budgets.flatMap(({ span, subject, limit }) =>
      span === "minute" ? [] : [{ span, subject, limit, period: periodOf(span, now) }],
    );
    if (limited.length === 0) return 0;
    const name = `${workspaceId} ${limited.map(({ span, subject, limit }) => `${span} ${subject} ${limit}`).join(" ")}`;
    const known = this.#remembered.get(name);
    const asked = performance.now();
    if (known && asked - known.at < believedMs) return known.share;
    const share = transaction("read", { workspaceId }, (db) => spentOf(db, workspaceId, limited)).then((spent) =>
      Math.max(...limited.map(({ limit }, i) => (limit > 0 ? (spent[i] ?? 0) / limit : 1))),
    );
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(name, { at: asked, share });
    share.catch(() => this.#remembered.delete(name));
    return share;
  }

  /** Forgets everything, because a limit has changed. */
  forget(): void {
    this.#remembered.clear();
  }
}
