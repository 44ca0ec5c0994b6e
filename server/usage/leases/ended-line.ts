import { costOf, type Used, withRequest } from "../cost";
import type { Outcome } from "../reservation";
import { columnsOf, type Held, type Line } from "./exchange";

/** Returns the ledger line of a request that has ended, with its tokens and its cost. */
export function lineOf(
  held: Held & { isKnown: boolean },
  outcome: Outcome,
): { line: Line; tokens: number; cost: number } {
  const used = usedOf(held, outcome);
  const { promptTokens, completionTokens } = used;
  const line = columnsOf(held, used.classes) as Line;
  line.counted_as = held.countedAs;
  line.status = outcome.status;
  line.error_code = outcome.errorCode;
  line.prompt_tokens = promptTokens;
  line.completion_tokens = completionTokens;
  line.usage_source = outcome.usageSource;
  line.first_byte_ms = outcome.firstByteMs === null ? null : Math.round(outcome.firstByteMs);
  line.total_ms = Math.round(outcome.totalMs);
  if (outcome.upstreamModel !== undefined) line.upstream_model = outcome.upstreamModel;
  line.model_server = outcome.modelServer ?? null;
  line.failover = outcome.failover ?? null;
  const { batchLine } = held.reservation;
  line.batch_id = batchLine?.batchId;
  line.batch_line = batchLine?.line;
  line.is_known = held.isKnown;
  line.is_doubtful = false;
  return { line, tokens: promptTokens + completionTokens, cost: costOf(used, held.price) };
}

/** Returns what a request is charged for: what it used or, if that is unknown, what was reserved. */
function usedOf({ reservation, price }: Held, { usage, usageSource }: Outcome): Used {
  if (usageSource === "none") return { promptTokens: 0, completionTokens: 0 };
  return withRequest(usage ?? reservation, price);
}
