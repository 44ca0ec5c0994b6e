import type { EndUserField } from "../end-users/input";
import type { Tagging } from "../tags/carried";

/** The time over which a budget is counted. "minute" is a leaky bucket; the others are calendar spans in UTC. */
export type Span = "minute" | "day" | "week" | "month" | "total";

/** What a limit belongs to. */
export type Scope = "key" | "member" | "end-user" | "tag" | "workspace" | "model" | "ceiling";

/** One limit that applies to a request. */
export type Budget = {
  scope: Scope;
  measure: "requests" | "tokens" | "spend";
  span: Span;
  /**
   * The owner of the limit, for the database and for links: "workspace", "ceiling", "key:ID", "member:ID",
   * "model:ID", "tag:NAME" or "end-user:ID".
   */
  whose: string;
  /** The counter or bucket in which usage is counted. All keys of a rotation share one. */
  subject: string;
  /** Requests or tokens per minute, or micro-units per span. */
  limit: number;
};

/** All limits that can apply to a request of a key or a member. */
export type Limits = {
  /** The slug of the workspace. */
  slug: string;
  /** The id under which the key is counted: that of the first key of its rotations. Null without a key. */
  countedAs: string | null;
  /** Limits that apply to every model. */
  common: Budget[];
  /** Limits that apply to one model, by its id. */
  byModel: Map<string, Budget[]>;
  /** Limits that apply to requests with a tag, by its name. */
  byTag: Map<string, Budget[]>;
  /** The declared tags; null: the workspace has declared none. */
  tagging: Tagging | null;
  /** How requests name their end user; null: the workspace does not look at it. */
  endUsers: EndUserRules | null;
};

/**
 * Where requests name their end user, over which spans end users are limited, and what happens to a request that
 * names none.
 */
export type EndUserRules = {
  fields: EndUserField[];
  missing: "refuse" | "together";
  spans: SpendSpan[] | null;
  spansOfUnnamed: SpendSpan[] | null;
};

/** The end user of a request, as in the ledger, with the limits that apply to it. */
export type EndUser = { id: string; budgets: readonly Budget[] };

type SpendSpan = Exclude<Span, "minute">;

const dayMs = 86_400_000;

/** The first days of all spans, for the day that was last asked about: each request asks once per budget. */
let known: { day: number; of: Record<Exclude<Span, "minute">, string> } | undefined;

/** Returns the first day of the span that contains a moment, "YYYY-MM-DD". Weeks begin on Monday. */
export function periodOf(span: Exclude<Span, "minute">, at: number): string {
  const day = Math.floor(at / dayMs);
  if (known?.day !== day) known = { day, of: periodsOf(day) };
  return known.of[span];
}

/** Returns the first days of all spans for a day, given as its number since 1970. */
function periodsOf(day: number): Record<Exclude<Span, "minute">, string> {
  const name = (days: number) => new Date(days * dayMs).toISOString().slice(0, 10);
  const today = name(day);
  // 1 January 1970 was a Thursday.
  return { day: today, week: name(day - ((day + 3) % 7)), month: `${today.slice(0, 7)}-01`, total: "1970-01-01" };
}
