import type { UsageSource } from "@/db/schema/usage";
import type { Operation } from "@/server/platform/settings/endpoints";
import type { ClassCounts } from "./classes";
import type { Used } from "./cost";
import type { EndUserSent } from "./end-users/named";
import type { EndUser } from "./leases/budget";

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
  /** What of these tokens is of a class of its own, as far as the request shows. */
  classes?: ClassCounts;
  /** The route that was asked for, if it was one. */
  route?: string | null;
  /** What it was sent with; from when it is under way, the declared tags that it counts under. */
  tags?: readonly string[] | undefined;
  /** What it was sent with in the places where it may name whom it is made for; gone once it is under way. */
  endUserSent?: EndUserSent | undefined;
  /** Whom it is made for, from when it is under way. */
  endUser?: EndUser | undefined;
  /** The line of a batch that it is for: of all requests for it one is charged. */
  batchLine?: { batchId: string; line: number } | undefined;
  /** After which it has lapsed. */
  seconds: number;
};

/** How a request ended. Times in milliseconds. */
export type Outcome = {
  status: number;
  errorCode: string | null;
  usage: Used | null;
  usageSource: UsageSource;
  firstByteMs: number | null;
  totalMs: number;
  /** The name of the model server that answered; null: none was asked. */
  modelServer?: string | null;
  /** What that server was asked for, where the reservation does not know which it would be. */
  upstreamModel?: string;
  /** Which servers were asked before it, and how each failed: "one: 503, other: timeout"; null: none. */
  failover?: string | null;
};
