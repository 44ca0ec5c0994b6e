import { callSeconds, calls, firstByteSeconds, spend, statusClass, tokens } from "@/server/platform/metrics";
import type { Used } from "../cost";
import type { Outcome, Reservation } from "../reservation";

/** Counts a call that has ended. `cost` is in micro-units. */
export function measure({ operation }: Reservation, outcome: Outcome, used: Used, cost: number): void {
  const { status, modelServer, totalMs, firstByteMs } = outcome;
  calls.inc({ operation, status: statusClass(status), model_server: modelServer ?? "" });
  callSeconds.observe({ operation }, totalMs / 1_000);
  if (firstByteMs !== null) firstByteSeconds.observe({ operation }, firstByteMs / 1_000);
  tokens.inc({ kind: "prompt" }, used.promptTokens);
  tokens.inc({ kind: "completion" }, used.completionTokens);
  spend.inc(cost / 1_000_000);
}
