import type { Refused } from "../queries";
import type { Need } from "./pool";

/** How long what the database said of a used-up budget is believed, in milliseconds. */
const believedMs = 250;

/** Seconds in which something under way is likely to have ended. */
const retrySeconds = 2;
const yearSeconds = 365 * 86_400;

/** What may come of a request that does not fit: it is refused, others may give back, or it is asked for again. */
export type Verdict = { kind: "refused"; refused: Refused } | { kind: "recalled" } | { kind: "again" };

/** Requests and tokens per minute are named before money, and money that is spent before money that is only under way. */
const rank = ({ refused }: Extract<Verdict, { kind: "refused" }>) =>
  refused.reason !== "spend" ? 0 : refused.isUnderWay ? 2 : 1;

/** Returns what the database's last answers say of a request that does not fit into these. */
export function verdictOf(needs: readonly Need[], now: number): Verdict {
  const verdicts = needs.filter(({ lease, amount }) => lease.room < amount).map((need) => verdictOn(need, now));
  const refusals = verdicts.filter((verdict) => verdict.kind === "refused").sort((a, b) => rank(a) - rank(b));
  const [first] = refusals;
  // What others may give back of one budget does not help while another has no room at all.
  if (first && (rank(first) < 2 || verdicts.length === refusals.length)) return first;
  return (
    verdicts.find(({ kind }) => kind === "again") ??
    verdicts.find(({ kind }) => kind === "recalled") ?? { kind: "again" }
  );
}

/** Returns the same as `verdictOf`, without a new request to the database: undefined unless the last answer is fresh and leaves no doubt. */
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
  // There is none any more: the database grants whatever is asked for.
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

/** Returns the refusal once no instance has given anything back in time. */
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
