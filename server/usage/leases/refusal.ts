import type { Refused } from "../queries";
import type { Need } from "./pool";

/** For how long the database's statement that a budget is used up is trusted, in milliseconds. */
const believedMs = 250;

/** Seconds after which a request under way has probably ended. */
const retrySeconds = 2;
const yearSeconds = 365 * 86_400;

/**
 * What happens to a request that does not fit: it is refused, it waits until others give back, or the database is
 * asked again.
 */
export type Verdict = { kind: "refused"; refused: Refused } | { kind: "recalled" } | { kind: "again" };

/**
 * Orders refusals: first requests and tokens per minute, then money that is spent, then money that is reserved by
 * requests under way.
 */
const rank = ({ refused }: Extract<Verdict, { kind: "refused" }>) =>
  refused.reason !== "spend" ? 0 : refused.isUnderWay ? 2 : 1;

/** Decides about a request that does not fit into these leases, from the database's last answers. */
export function verdictOf(needs: readonly Need[], now: number): Verdict {
  const verdicts = needs.filter(({ lease, amount }) => lease.room < amount).map((need) => verdictOn(need, now));
  const refusals = verdicts.filter((verdict) => verdict.kind === "refused").sort((a, b) => rank(a) - rank(b));
  const [first] = refusals;
  // Amounts that others may give back of one budget do not help while another budget has no room.
  if (first && (rank(first) < 2 || verdicts.length === refusals.length)) return first;
  return (
    verdicts.find(({ kind }) => kind === "again") ??
    verdicts.find(({ kind }) => kind === "recalled") ?? { kind: "again" }
  );
}

/**
 * Decides like `verdictOf`, without asking the database again: undefined unless the last answer is fresh and leaves
 * no doubt.
 */
export function knownRefusal(needs: readonly Need[], now: number): Refused | undefined {
  const isFresh = ({ lease }: Need) => lease.known !== undefined && now - lease.known.at < believedMs;
  const certain = needs.filter((need) => need.lease.room < need.amount && isFresh(need));
  for (const need of certain) {
    const verdict = verdictOn(need, now);
    if (verdict.kind === "refused" && !verdict.refused.isUnderWay) return verdict.refused;
  }
  return undefined;
}

function verdictOn({ lease, amount }: Need, now: number): Verdict {
  const { known, budget } = lease;
  if (known === undefined) return { kind: "again" };
  const { measure, span, scope, whose } = budget;
  if (measure !== "spend") {
    const rate = budget.limit / 60;
    const used = Math.max(0, known.spent - ((now - known.at) / 1_000) * rate);
    if (amount <= budget.limit && used - Math.max(0, lease.leased) + amount <= budget.limit) return { kind: "again" };
    const seconds = amount > budget.limit ? 60 : (used + amount - budget.limit) / rate;
    return refused({
      reason: measure,
      scope,
      span,
      whose,
      limit: budget.limit,
      used: Math.ceil(used),
      seconds,
      isUnderWay: false,
    });
  }
  const { limit, spent, reserved, others } = known;
  // The database will grant the amount: there is no limit any more, or room within it.
  if (limit === null || spent + reserved - Math.max(0, lease.room) + amount <= limit) return { kind: "again" };
  const common = {
    reason: "spend",
    scope,
    span,
    whose,
    limit,
    used: spent + reserved - Math.max(0, lease.room),
  } as const;
  if (spent + amount > limit) return refused({ ...common, seconds: known.endsIn ?? yearSeconds, isUnderWay: false });
  if (others > 0) return { kind: "recalled" };
  return refused({ ...common, seconds: retrySeconds, isUnderWay: true });
}

/** Returns the refusal when no instance has given anything back in time. */
export function underWayRefusal(needs: readonly Need[]): Refused | undefined {
  for (const { lease, amount } of needs) {
    const { known, budget, room } = lease;
    if (room >= amount || known === undefined || known.limit === null) continue;
    const { scope, span, whose } = budget;
    const used = known.spent + known.reserved - Math.max(0, room);
    const verdict = refused({
      reason: "spend",
      scope,
      span,
      whose,
      limit: known.limit,
      used,
      seconds: retrySeconds,
      isUnderWay: true,
    });
    return verdict.refused;
  }
  return undefined;
}

function refused(facts: Omit<Refused, "isGranted" | "retryAfterSeconds"> & { seconds: number }) {
  const { seconds, ...rest } = facts;
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return { kind: "refused" as const, refused: { isGranted: false as const, ...rest, retryAfterSeconds } };
}
