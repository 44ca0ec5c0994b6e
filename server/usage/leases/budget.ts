/** What a budget is counted over. Minutes are buckets that leak; the others are calendar spans in UTC. */
export type Span = "minute" | "day" | "week" | "month" | "total";

/** Whose limit it is. */
export type Scope = "key" | "member" | "workspace" | "model" | "ceiling";

/** One limit that holds for a request. */
export type Budget = {
  scope: Scope;
  measure: "requests" | "tokens" | "spend";
  span: Span;
  /** Whose limit it is, for the database and for links: "workspace", "ceiling", "key:ID", "member:ID" or "model:ID". */
  whose: string;
  /** The counter or the bucket that it is counted in. Keys that were rotated share one. */
  subject: string;
  /** Requests or tokens a minute, or micro-units a span. */
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
};

const dayMs = 86_400_000;

/** Returns the first day of the span that a moment is in, "YYYY-MM-DD"; weeks begin on Monday. */
export function periodOf(span: Exclude<Span, "minute">, at: number): string {
  if (span === "total") return "1970-01-01";
  const day = new Date(at).toISOString().slice(0, 10);
  if (span === "day") return day;
  if (span === "month") return `${day.slice(0, 7)}-01`;
  const weekday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - weekday * dayMs).toISOString().slice(0, 10);
}
