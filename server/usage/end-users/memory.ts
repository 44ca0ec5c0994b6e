import type { Budget, EndUser, EndUserRules } from "../leases/budget";
import { endUserOf, type StoredEndUser } from "../leases/queries";
import { unnamed } from "./input";
import { type EndUserSent, endUserNamed, lookupOf } from "./named";

/**
 * How many end users an instance remembers by default, each about a kilobyte. Beyond that the least recently used
 * ones are forgotten.
 */
const mostRemembered = 10_000;

/** Why a request is refused: it names no end user, or names one in an invalid way. */
export type BadEndUser = { problem: string; param: string; code: "end_user_required" | "invalid_end_user" };

/**
 * An end user as the database knows it. Which limits apply to it depends on the workspace's rules at the time of the
 * request.
 */
class Known {
  #rules: EndUserRules | undefined;
  #endUser: EndUser | undefined;

  constructor(private readonly stored: StoredEndUser) {}

  by(rules: EndUserRules): EndUser {
    if (this.#endUser && this.#rules === rules) return this.#endUser;
    this.#rules = rules;
    const { id, spans } = this.stored;
    this.#endUser = withBudgets(id, [...(rules.spans ?? []), ...(spans ?? [])]);
    return this.#endUser;
  }
}

/** Remembers the end users of recent requests, while this instance is certain to hear of changes. */
export class EndUserMemory {
  /** By workspace and keyed hash, the most recently used at the end. */
  readonly #remembered = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<Known>>();

  /** `isHearing`: whether this instance is certain to hear of every change. */
  constructor(
    private readonly isHearing: () => boolean,
    private readonly most = mostRemembered,
  ) {}

  /**
   * Returns the end user of a request, or why the request is refused.
   *
   * @throws (rejects) when the database has to be asked and cannot be
   */
  find(
    workspaceId: string,
    sent: EndUserSent | undefined,
    rules: EndUserRules,
  ): EndUser | BadEndUser | Promise<EndUser> {
    const name = endUserNamed(sent, rules.fields);
    if (name === null) return asUnnamed(rules);
    if (typeof name !== "string") return { ...name, code: "invalid_end_user" };
    const lookup = lookupOf(workspaceId, name);
    const key = `${workspaceId} ${lookup.toString("base64")}`;
    if (!this.isHearing()) return endUserOf(workspaceId, lookup, name).then((stored) => new Known(stored).by(rules));
    const known = this.#remembered.get(key);
    if (known === undefined)
      return this.#load(key, () => endUserOf(workspaceId, lookup, name)).then((found) => found.by(rules));
    this.#remembered.delete(key);
    this.#remembered.set(key, known);
    return known.by(rules);
  }

  /** Forgets the end users of a workspace, or all, because limits have changed or an end user was deleted. */
  forget(workspaceId?: string): void {
    // Reads that are under way are repeated, because their answers may be outdated.
    this.#asking.clear();
    for (const key of this.#remembered.keys())
      if (workspaceId === undefined || key.startsWith(`${workspaceId} `)) this.#remembered.delete(key);
  }

  /** Simultaneous requests for one end user share a statement. */
  #load(key: string, ask: () => Promise<StoredEndUser>): Promise<Known> {
    const underWay = this.#asking.get(key);
    if (underWay) return underWay;
    const answer: Promise<Known> = ask().then(
      (stored) => {
        if (this.#asking.get(key) !== answer) return this.#load(key, ask);
        this.#asking.delete(key);
        const found = new Known(stored);
        for (const oldest of this.#remembered.keys()) {
          if (this.#remembered.size < this.most) break;
          this.#remembered.delete(oldest);
        }
        this.#remembered.set(key, found);
        return found;
      },
      (error) => {
        if (this.#asking.get(key) === answer) this.#asking.delete(key);
        throw error;
      },
    );
    this.#asking.set(key, answer);
    return answer;
  }
}

/**
 * Returns the budgets of requests without an end user, which share one limit. When end users have no limits, such a
 * request is never refused.
 */
function asUnnamed({ fields, missing, spans, spansOfUnnamed }: EndUserRules): EndUser | BadEndUser {
  if (spans === null || missing === "together")
    return withBudgets(unnamed, [...(spans ?? []), ...(spansOfUnnamed ?? [])]);
  const places = fields.map((field) => (field === "header" ? "the header X-Atelier-End-User" : field));
  const param = fields[0] === "header" ? "x-atelier-end-user" : (fields[0] ?? "");
  const problem = `Say whom this request is made for, in ${places.join(" or ")}: each end user of this workspace has a limit.`;
  return { problem, param, code: "end_user_required" };
}

function withBudgets(id: string, spans: readonly Exclude<Budget["span"], "minute">[]): EndUser {
  const whose = `end-user:${id}`;
  // The database has the amount of the limit; this instance gives away only what it has leased of it.
  const budgets = [...new Set(spans)].map(
    (span): Budget => ({ scope: "end-user", measure: "spend", span, whose, subject: whose, limit: 0 }),
  );
  return { id, budgets };
}
