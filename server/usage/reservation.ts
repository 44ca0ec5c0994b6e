import type { UsageSource } from "@/db/schema/usage";
import type { Operation } from "@/server/platform/settings/endpoints";
import type { ClassCounts } from "./classes";
import type { Used } from "./cost";
import type { EndUserSent } from "./end-users/named";
import type { EndUser } from "./leases/budget";

/** A request before it starts, with the most that it may use. */
export type Reservation = {
  /** A UUID: the request's `x-request-id`. */
  id: string;
  workspaceId: string;
  keyId: string | null;
  /** The member whose key it is; null: a service key. */
  memberId: string | null;
  model: string;
  upstreamModel: string;
  operation: Operation;
  isStreamed: boolean;
  /** Estimated tokens of the prompt. */
  promptTokens: number;
  /** The most tokens that the answer may have. */
  completionTokens: number;
  /** How many of these tokens are of a class of its own, as far as the request shows. */
  classes?: ClassCounts;
  /** The route that the request named, if it named one. */
  route?: string | null;
  /** The tags that the request sent; once it is under way, the declared ones among them. */
  tags?: readonly string[] | undefined;
  /** The values of the fields that may name the end user, as the request sent them; removed once it is under way. */
  endUserSent?: EndUserSent | undefined;
  /** The end user, set once the request is under way. */
  endUser?: EndUser | undefined;
  /** The line of a batch that the request is for. Of all requests for one line, only one is charged. */
  batchLine?: { batchId: string; line: number } | undefined;
  /** Seconds after which the reservation lapses. */
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
  /** The name of the model server that answered; null: no server was asked. */
  modelServer?: string | null;
  /** The model name that was sent to that server, if the reservation did not know it yet. */
  upstreamModel?: string;
  /** The servers that failed before it, and how: "one: 503, other: timeout"; null: none. */
  failover?: string | null;
};
