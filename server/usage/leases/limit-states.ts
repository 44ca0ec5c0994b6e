import type { Granted, LimitState } from "../queries";
import type { Need } from "./pool";

/** Returns the state of the tightest limits per minute, for the headers of an answer. */
export function limitStates(needs: readonly Need[], now: number): Pick<Granted, "requests" | "tokens"> {
  const states: { requests?: LimitState; tokens?: LimitState } = {};
  for (const { lease } of needs) {
    const { measure, limit } = lease.budget;
    if (measure === "spend" || !lease.known) continue;
    const rate = limit / 60;
    const filled = Math.max(0, lease.known.spent - ((now - lease.known.at) / 1_000) * rate - Math.max(0, lease.leased));
    const state = { limit, remaining: Math.max(0, Math.floor(limit - filled)), resetSeconds: Math.ceil(filled / rate) };
    if (!states[measure] || states[measure].remaining > state.remaining) states[measure] = state;
  }
  return states;
}
