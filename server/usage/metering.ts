import type { Operation, UsageSource } from "@/db/schema/usage";

/** What a request may cost at most, before it starts. */
export type Reservation = {
  /** A UUID: the request's `x-request-id`. */
  id: string;
  workspaceId: string;
  keyId: string | null;
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

/** Where a limit a minute stands. */
export type LimitState = { limit: number; remaining: number; resetSeconds: number };

/** It may go on; the tightest limits a minute, if there are any. */
export type Granted = { isGranted: true; requests?: LimitState; tokens?: LimitState };

/** It may not. `limit` and `used` are requests, tokens or micro-units of money; reason "key": the key ended meanwhile. */
export type Refused = {
  isGranted: false;
  reason: "requests" | "tokens" | "spend" | "key";
  scope: "key" | "workspace" | "model" | "member";
  limit: number;
  used: number;
  retryAfterSeconds: number;
};

/** How a request ended. Times in milliseconds. */
export type Outcome = {
  status: number;
  errorCode: string | null;
  usage: { promptTokens: number; completionTokens: number } | null;
  usageSource: UsageSource;
  firstByteMs: number | null;
  totalMs: number;
};

/** Takes what a request may cost from every limit, or says which one is reached. Throws when the database is down. */
export async function reserve(_reservation: Reservation): Promise<Granted | Refused> {
  return { isGranted: true };
}

/** Turns a reservation into what it really cost, soon. Never throws. */
export function settle(_workspaceId: string, _id: string, _outcome: Outcome): void {}

/** Resolves once everything that was to be settled is written. */
export async function settled(): Promise<void> {}
