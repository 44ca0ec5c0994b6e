import type { ClassCounts, ClassPrices } from "../classes";
import { pricesOfUsed } from "../cost";
import type { Price } from "../prices";
import type { Outcome, Reservation } from "../reservation";
import type { Known, Lease } from "./lease";
import type { LeasePool } from "./pool";

/** With this many lines an exchange begins at once. */
export const batchSize = 200;
/**
 * The most lines in one exchange, when more came while the exchange before was under way. A larger batch changes each
 * counter, hour and lease once for more lines: across 1,000 workspaces, 5,000 lines take half of the time that ten
 * times 500 take. The bound limits how long a request that waits for a lease has to wait, to about half a second. So
 * many lines wait only after the database was not available, or when more requests end than it can write.
 */
export const mostAtOnce = 5_000;

/** A request that has ended, in the columns of the ledger. */
export type Line = {
  workspace_id: string;
  id: string;
  key_id: string | null;
  counted_as: string | null;
  member_id: string | null;
  model: string;
  upstream_model: string;
  operation: string;
  is_streamed: boolean;
  status: number;
  error_code: string | null;
  prompt_tokens: number;
  completion_tokens: number;
  input_price: number;
  output_price: number;
  /** Left out when there are none. */
  classes?: ClassCounts | undefined;
  class_prices?: ClassPrices | undefined;
  usage_source: Outcome["usageSource"];
  first_byte_ms: number | null;
  total_ms: number;
  model_server: string | null;
  failover: string | null;
  route: string | null;
  /** In the database's text form of a list; left out when there are none. */
  tags?: string | undefined;
  end_user?: string | undefined;
  /** Set only for a line of a batch, which is charged once. */
  batch_id?: string | undefined;
  batch_line?: number | undefined;
  /** Whether an earlier exchange has told the database of this request as begun. */
  is_known: boolean;
  /** Whether this line may have been written, or charged as lost, before. */
  is_doubtful: boolean;
};

/** A request under way. The database is told of it so that it is charged if this instance dies. */
export type Begun = { age_ms: number; seconds: number } & Pick<
  Line,
  | "workspace_id"
  | "id"
  | "key_id"
  | "member_id"
  | "model"
  | "upstream_model"
  | "operation"
  | "is_streamed"
  | "prompt_tokens"
  | "completion_tokens"
  | "input_price"
  | "output_price"
  | "classes"
  | "class_prices"
  | "route"
  | "tags"
  | "end_user"
>;

/** How much of a lease this instance keeps, and by how much the lease should grow. */
export type LeaseChange = {
  i: number;
  workspace_id: string;
  subject: string;
  span: string;
  period: string;
  whose: string;
  keep: number;
  wants: boolean;
  needs: number[];
  extra: number;
};

/** What this instance gives back to a bucket, and what it wants to take from it. */
export type BucketChange = {
  i: number;
  key: string;
  at_most: number;
  back: number;
  needs: number[];
  extra: number;
};

/** Everything that an instance sends to the database in one statement. */
export type Exchange = {
  instance: string;
  turn: number;
  lines: Line[];
  leases: LeaseChange[];
  buckets: BucketChange[];
  begun: Begun[];
  leaves: boolean;
};

/** The database's answer to an exchange. Null: the database has ended this instance. */
export type ExchangeAnswer = {
  /** The database's time in milliseconds since 1970. */
  now: number;
  leases: ({ i: number; granted: number; isOver: boolean } & Omit<Known, "at">)[] | null;
  buckets: { i: number; granted: number; level: number }[] | null;
} | null;

/** For each lease, what each request that waits for it needs, in the order in which they wait. */
export type Wants = Map<Lease, number[]>;

/**
 * Returns what to send about the leases that changed or that requests wait for. `written` is the cost of this
 * exchange's lines by lease. What is given back is subtracted from the lease here.
 */
export function changesOf(
  pool: LeasePool,
  wants: Wants,
  written: Map<Lease, number>,
  { now, keepsNone, isLast }: { now: number; keepsNone: boolean; isLast: boolean },
): { leases: LeaseChange[]; buckets: BucketChange[]; asked: Lease[] } {
  const leases: LeaseChange[] = [];
  const buckets: BucketChange[] = [];
  const asked: Lease[] = [];
  for (const lease of new Set([...pool.changed, ...wants.keys(), ...written.keys()])) {
    lease.isOutdated = false;
    const needs = wants.get(lease) ?? [];
    const wish = keepsNone || isLast ? 0 : lease.wish(now);
    const extra = needs.length > 0 && !keepsNone ? Math.max(wish, 4 * Math.max(...needs)) : wish;
    const i = asked.length;
    if (lease.isBucket) {
      // Usage beyond what was taken is taken now, even beyond the limit.
      const isOwed = lease.leased < 0;
      const back = isOwed ? lease.leased : needs.length > 0 ? 0 : lease.surplus(now, keepsNone || isLast);
      lease.leased -= back;
      const missing = shortBy(lease, needs);
      lease.isRecalled = false;
      if (back === 0 && missing.length === 0 && extra === 0) continue;
      buckets.push({ i, key: lease.budget.subject, at_most: lease.budget.limit, back, needs: missing, extra });
      asked.push(lease);
      continue;
    }
    const used = written.get(lease) ?? 0;
    lease.unwritten -= used;
    lease.leased = Math.max(0, lease.leased - used);
    const missing = shortBy(lease, needs);
    if (needs.length === 0) lease.leased -= Math.min(lease.leased, lease.surplus(now, keepsNone || isLast));
    lease.isRecalled = false;
    const isWanted = missing.length > 0 || extra > 0;
    if (!isWanted && lease.leased === lease.keptThere) continue;
    const { subject, span, whose } = lease.budget;
    leases.push({
      ...{ i, workspace_id: lease.workspaceId, subject, span, period: lease.period, whose },
      ...{ keep: lease.leased, wants: isWanted, needs: missing, extra: isWanted ? extra : 0 },
    });
    asked.push(lease);
  }
  pool.changed.clear();
  return { leases, buckets, asked };
}

/** Returns how much is missing for each waiting request, after those before it have taken theirs. */
function shortBy(lease: Lease, needs: number[]): number[] {
  let room = lease.room;
  const missing: number[] = [];
  for (const need of needs) {
    if (room < need) missing.push(Math.ceil(need - room));
    room = Math.max(0, room - need);
  }
  return missing;
}

/** Adds what the database has granted to the leases that asked for it. */
export function applyAnswer(
  asked: Lease[],
  sent: LeaseChange[],
  answer: NonNullable<ExchangeAnswer>,
  now: number,
): void {
  for (const { i, keep } of sent) {
    const lease = asked[i];
    if (lease) lease.keptThere = keep;
  }
  for (const { i, granted, isOver, ...known } of answer.leases ?? []) {
    const lease = asked[i];
    if (!lease) continue;
    lease.leased += granted;
    lease.keptThere += granted;
    lease.known = isOver || lease.isOutdated ? undefined : { at: now, ...known };
  }
  for (const { i, granted, level } of answer.buckets ?? []) {
    const lease = asked[i];
    if (!lease) continue;
    lease.leased += granted;
    if (!lease.isOutdated)
      lease.known = { at: now, limit: lease.budget.limit, spent: level, reserved: 0, others: 0, endsIn: null };
  }
}

/** A request under way, or one that has just ended. */
export type Held = {
  reservation: Reservation;
  price: Price;
  countedAs: string | null;
};

/** Returns the columns that a finished line and a begun request have in common, with its tokens by class. */
export function columnsOf({ reservation, price }: Held, classes: ClassCounts | undefined) {
  const { id, workspaceId, keyId, memberId, model, upstreamModel, operation, isStreamed, route, tags, endUser } =
    reservation;
  return {
    workspace_id: workspaceId,
    id,
    key_id: keyId,
    member_id: memberId,
    model,
    upstream_model: upstreamModel,
    operation,
    is_streamed: isStreamed,
    input_price: price.inputPrice,
    output_price: price.outputPrice,
    classes,
    class_prices: pricesOfUsed(classes, price),
    route: route ?? null,
    // The form of tags needs no escaping. The quotes keep a tag named NULL from becoming a null.
    tags: tags && `{${tags.map((tag) => `"${tag}"`).join(",")}}`,
    end_user: endUser?.id,
  };
}
