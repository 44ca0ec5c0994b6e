import type { Db } from "@/db/client";
import type { CountedCeiling } from "@/server/api/refusals";
import * as ceilings from "../ceilings/queries";
import { limitOf } from "../change";
import * as budgets from "../queries";
import type { LimitRequest } from "./grant";

/**
 * Returns the subject of the limit that a request is about, the limit as it is now (null: none), and what is spent of
 * it, or for a ceiling how many there are. Money in micro-units.
 */
export async function standing(db: Db, workspaceId: string, { kind, whose, measure }: LimitRequest) {
  const subject = await budgets.subject(db, workspaceId, whose);
  if (!subject || kind === "model") return { subject, now: null, spent: null };
  if (kind === "rate") {
    const rates = await budgets.ratesOf(db, workspaceId, subject);
    return { subject, now: measure === "tokens" ? rates.tokens : rates.requests, spent: null };
  }
  if (kind === "count") {
    const { most, used } = (await ceilings.counts(db, workspaceId))[measure as CountedCeiling];
    return { subject, now: most, spent: used };
  }
  const limit = await limitOf(db, workspaceId, subject, measure as budgets.SpanLimit["span"]);
  return { subject, now: limit?.limit ?? null, spent: limit?.spent ?? null };
}
