import type { Operation, UsageSource } from "@/db/schema/usage";

/** What a request may cost at most, before it starts. */
export type Reservation = {
  /** A UUID: the request's `x-request-id`. */
  id: string;
  workspaceId: string;
  keyId: string | null;
  /** Whose key it is; null: a service key. */
  memberId: string | null;
  model: string;
  upstreamModel: string;
  operation: Operation;
  isStreamed: boolean;
  /** An estimate. */
  promptTokens: number;
  /** The most that it may produce. */
  completionTokens: number;
  /** After which it has lapsed. */
  seconds: number;
};

/** How a request ended. Times in milliseconds. */
export type Outcome = {
  status: number;
  errorCode: string | null;
  usage: { promptTokens: number; completionTokens: number } | null;
  usageSource: UsageSource;
  firstByteMs: number | null;
  totalMs: number;
  /** The name of the model server that answered; null: none was asked. */
  modelServer?: string | null;
  /** Which servers were asked before it, and how each failed: "one: 503, other: timeout"; null: none. */
  failover?: string | null;
};
