import { type Budget, type EndUser, type Limits, periodOf } from "./budget";
import { Lease } from "./lease";

/** The amount that a request needs of one budget, with this instance's lease of it. */
export type Need = { lease: Lease; amount: number };

/** What a request needs, before anything is taken. */
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

/** This instance's leases of all budgets. No function here waits for anything. */
export class LeasePool {
  readonly leases = new Map<string, Lease>();
  /** The leases that have changed since the last exchange. */
  readonly changed = new Set<Lease>();
  /**
   * The lease that was last found for a budget. Budgets are remembered together with the key and looked up for each
   * of its requests.
   */
  readonly #lastLease = new WeakMap<Budget, Lease>();

  /**
   * Returns the budgets that apply to a request at a moment (the database's time), with the amounts it needs. A
   * request without a cost needs nothing of spending limits.
   */
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

  /** Returns whether there is room in all of these leases. */
  hasRoom(needs: readonly Need[], isValid: boolean): boolean {
    return needs.length === 0 || (isValid && needs.every(({ lease, amount }) => lease.room >= amount));
  }

  /** Takes from all of these leases, or from none. `isValid` false: the leases may have ended, so nothing is taken. */
  take(needs: readonly Need[], now: number, isValid: boolean): boolean {
    if (!this.hasRoom(needs, isValid)) return false;
    for (const { lease, amount } of needs) {
      lease.take(amount, now);
      if (lease.wish(now) > 0) this.changed.add(lease);
    }
    return true;
  }

  /** Replaces what a request took by what it used: this many tokens at this cost. */
  end(needs: readonly Need[], tokens: number, cost: number): void {
    for (const { lease, amount } of needs) {
      const { measure } = lease.budget;
      lease.end(amount, measure === "requests" ? amount : measure === "tokens" ? tokens : cost);
      this.changed.add(lease);
    }
  }

  /** Gives back everything that a request took, since it has used nothing. */
  release(needs: readonly Need[]): void {
    for (const { lease, amount } of needs) {
      lease.end(amount, 0);
      this.changed.add(lease);
    }
  }

  /**
   * Marks leases whose unused amounts are to be given back with the next exchange: those of one subject of a
   * workspace, or all of a workspace when its limits have changed. Returns whether there are any.
   */
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

  /** Drops everything that was leased, except what requests under way have taken. */
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
    // That lease may have been dropped, or its span may have ended.
    if (last?.period === period && this.leases.get(last.key) === last) return this.#used(last, budget);
    // The keys of a rotation share a bucket.
    const key = `${workspaceId} ${budget.measure} ${budget.span} ${period} ${isBucket ? "" : budget.whose} ${budget.subject}`;
    let lease = this.leases.get(key);
    if (lease === undefined) {
      lease = new Lease(key, workspaceId, budget, period);
      this.leases.set(key, lease);
    }
    this.#lastLease.set(budget, lease);
    return this.#used(lease, budget);
  }

  /**
   * Updates the lease when the limit of its budget has changed. The object stays the same, because requests under way
   * refer to it.
   */
  #used(lease: Lease, budget: Budget): Lease {
    lease.budget = budget;
    return lease;
  }
}
