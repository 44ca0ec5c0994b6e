import type { EndUserField } from "../end-users/input";
import type { Tagging } from "../tags/carried";

/** What a budget is counted over. Minutes are buckets that leak; the others are calendar spans in UTC. */
export type Span = "minute" | "day" | "week" | "month" | "total";

/** Whose limit it is. */
export type Scope = "key" | "member" | "end-user" | "tag" | "workspace" | "model" | "ceiling";

/** One limit that holds for a request. */
export type Budget = {
  scope: Scope;
  measure: "requests" | "tokens" | "spend";
  span: Span;
  /** Whose limit it is, for the database and for links: "workspace", "ceiling", "key:ID", "member:ID", "model:ID", "tag:NAME" or "end-user:ID". */
  whose: string;
  /** The counter or the bucket that it is counted in. Keys that were rotated share one. */
  subject: string;
  /** Requests or tokens per minute, or micro-units a span. */
  limit: number;
};

/** Every limit that may hold for a request of a key or a member. */
export type Limits = {
  /** The workspace's. */
  slug: string;
  /** The counter of the key: the first of its rotations. Null without a key. */
  countedAs: string | null;
  /** Those that hold whatever the model is. */
  common: Budget[];
  /** Those that hold for one model. */
  byModel: Map<string, Budget[]>;
  /** Those that hold for requests with a tag. */
  byTag: Map<string, Budget[]>;
  /** The tags that are declared; null: requests carry none. */
  tagging: Tagging | null;
  /** How requests name whom they are made for; null: it is not looked at. */
  endUsers: EndUserRules | null;
};

/** Where end users are named, over which spans each is limited, and what becomes of a request that names none while they are. */
export type EndUserRules = {
  fields: EndUserField[];
  missing: "refuse" | "together";
  spans: SpendSpan[] | null;
  spansOfUnnamed: SpendSpan[] | null;
};

/** Whom a request is made for, as the ledger has it, and the limits that hold for that one. */
export type EndUser = { id: string; budgets: readonly Budget[] };

type SpendSpan = Exclude<Span, "minute">;

const dayMs = 86_400_000;

/** The first days of the spans of the day that was last asked about: a request asks for each of its budgets. */
let known: { day: number; of: Record<Exclude<Span, "minute">, string> } | undefined;

/** Returns the first day of the span that a moment is in, "YYYY-MM-DD"; weeks begin on Monday. */
export function periodOf(span: Exclude<Span, "minute">, at: number): string {
  const day = Math.floor(at / dayMs);
  if (known?.day !== day) known = { day, of: periodsOf(day) };
  return known.of[span];
}

/** Returns the first days of the spans of a day, which is counted from 1970. */
function periodsOf(day: number): Record<Exclude<Span, "minute">, string> {
  const name = (days: number) => new Date(days * dayMs).toISOString().slice(0, 10);
  const today = name(day);
  // 1 January 1970 was a Thursday.
  return { day: today, week: name(day - ((day + 3) % 7)), month: `${today.slice(0, 7)}-01`, total: "1970-01-01" };
}
