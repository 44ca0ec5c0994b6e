import {
  callSeconds,
  calls,
  firstByteSeconds,
  isMeasuring,
  spend,
  statusClass,
  tokens,
} from "@/server/platform/metrics";
import type { Outcome } from "../reservation";
import type { Line } from "./exchange";

/** Adds a call that has ended to the metrics. `cost` is in micro-units. */
export function measure(
  { operation, prompt_tokens, completion_tokens }: Line,
  { status, modelServer, totalMs, firstByteMs }: Outcome,
  cost: number,
): void {
  if (!isMeasuring()) return;
  calls.inc({ operation, status: statusClass(status), model_server: modelServer ?? "" });
  callSeconds.observe({ operation }, totalMs / 1_000);
  if (firstByteMs !== null) firstByteSeconds.observe({ operation }, firstByteMs / 1_000);
  tokens.inc({ kind: "prompt" }, prompt_tokens);
  tokens.inc({ kind: "completion" }, completion_tokens);
  spend.inc(cost / 1_000_000);
}
