import { transaction } from "@/db/client";
import { type Budget, periodOf } from "./leases/budget";
import { spentOf } from "./queries";

/** How long what was spent is believed, in milliseconds. */
const believedMs = 2_000;
const mostRemembered = 20_000;

/** How much is spent of the limits that hold for a request, remembered for a moment: a route asks for each of its requests. */
export class SpentShares {
  readonly #remembered = new Map<string, { at: number; share: Promise<number> }>();

  /**
   * Returns how much is spent of the limit that is nearest to being used up, 0 to 1 and beyond; 0 where none is on spend.
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

  /** Forgets everything: a limit has changed. */
  forget(): void {
    this.#remembered.clear();
  }
}
