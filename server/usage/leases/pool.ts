import { type Budget, type EndUser, type Limits, periodOf } from "./budget";
import { Lease } from "./lease";

/** What a request takes of one budget. */
export type Need = { lease: Lease; amount: number };

/** What a request asks for, before anything is taken. */
export type Asking = {
  workspaceId: string;
  model: string;
  tags?: readonly string[] | undefined;
  endUser?: EndUser | undefined;
  tokens: number;
  cost: number;
  limits: Limits;
};

const none: Budget[] = [];

/** What this instance may give away of every budget that was asked for. Nothing here waits for anything. */
export class LeasePool {
  readonly leases = new Map<string, Lease>();
  /** What has changed since the last exchange. */
  readonly changed = new Set<Lease>();
  /** The lease that a budget was last found to have: budgets are remembered with the key, and asked about for each of its requests. */
  readonly #lastLease = new WeakMap<Budget, Lease>();

  /** The budgets that a request needs room in at a moment (the database's), and how much. One without a cost needs none of money. */
  needsOf(asking: Asking, at: number): Need[] {
    const needs: Need[] = [];
    this.#addNeeds(needs, asking.limits.common, asking, at);
    const ofModel = asking.limits.byModel.get(asking.model);
    if (ofModel) this.#addNeeds(needs, ofModel, asking, at);
    if (asking.tags)
      for (const tag of asking.tags) this.#addNeeds(needs, asking.limits.byTag.get(tag) ?? none, asking, at);
    if (asking.endUser) this.#addNeeds(needs, asking.endUser.budgets, asking, at);
    return needs;
  }

  /** Whether there is room in all of them. */
  hasRoom(needs: readonly Need[], isValid: boolean): boolean {
    return needs.length === 0 || (isValid && needs.every(({ lease, amount }) => lease.room >= amount));
  }

  /** Takes from all of them, or from none. `isValid` false: what was leased may have ended meanwhile. */
  take(needs: readonly Need[], now: number, isValid: boolean): boolean {
    if (!this.hasRoom(needs, isValid)) return false;
    for (const { lease, amount } of needs) {
      lease.take(amount, now);
      if (lease.wish(now) > 0) this.changed.add(lease);
    }
    return true;
  }

  /** A request has ended: it took these, and has used so many tokens at such a cost. */
  end(needs: readonly Need[], tokens: number, cost: number): void {
    for (const { lease, amount } of needs) {
      const { measure } = lease.budget;
      lease.end(amount, measure === "requests" ? amount : measure === "tokens" ? tokens : cost);
      this.changed.add(lease);
    }
  }

  /** A request gives back all that it took: it has used nothing. */
  release(needs: readonly Need[]): void {
    for (const { lease, amount } of needs) {
      lease.end(amount, 0);
      this.changed.add(lease);
    }
  }

  /** Has what is not used given back with the next exchange: of one subject of a workspace, or, when its limits have changed, of all of them. */
  recall(workspaceId: string, subject?: string): boolean {
    let found = false;
    for (const lease of this.leases.values()) {
      if (lease.workspaceId !== workspaceId || (subject !== undefined && lease.budget.subject !== subject)) continue;
      lease.isRecalled = true;
      if (subject === undefined) lease.isOutdated = true;
      lease.known = undefined;
      this.changed.add(lease);
      found = true;
    }
    return found;
  }

  /** Everything that was leased is gone, but for what requests under way have taken. */
  forgetAll(): void {
    for (const lease of this.leases.values()) {
      if (!lease.isBucket) lease.leased = 0;
      lease.keptThere = 0;
      lease.known = undefined;
      this.changed.add(lease);
    }
  }

  #addNeeds(needs: Need[], budgets: readonly Budget[], { workspaceId, tokens, cost }: Asking, at: number): void {
    for (const budget of budgets) {
      const amount = budget.measure === "requests" ? 1 : budget.measure === "tokens" ? tokens : cost;
      if (amount > 0) needs.push({ lease: this.#leaseOf(workspaceId, budget, at), amount });
    }
  }

  #leaseOf(workspaceId: string, budget: Budget, at: number): Lease {
    const isBucket = budget.span === "minute";
    const period = budget.span === "minute" ? "" : periodOf(budget.span, at);
    const last = this.#lastLease.get(budget);
    // It may have been dropped, or its span may have ended.
    if (last?.period === period && this.leases.get(last.key) === last) return this.#used(last, budget);
    // Keys that take over from one another share a bucket.
    const key = `${workspaceId} ${budget.measure} ${budget.span} ${period} ${isBucket ? "" : budget.whose} ${budget.subject}`;
    let lease = this.leases.get(key);
    if (lease === undefined) {
      lease = new Lease(key, workspaceId, budget, period);
      this.leases.set(key, lease);
    }
    this.#lastLease.set(budget, lease);
    return this.#used(lease, budget);
  }

  /** Another limit of the same: requests under way know the lease that they took from. */
  #used(lease: Lease, budget: Budget): Lease {
    lease.budget = budget;
    return lease;
  }
}
