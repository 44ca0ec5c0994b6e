import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageReservations } from "@/db/schema/usage";
import type { Answer } from "../queries";

/** A training before it starts, with the most that it may cost. Its id is that of the job. */
export type TrainingReservation = {
  id: string;
  keyId: string | null;
  /** Who starts it; null: a service key. */
  memberId: string | null;
  model: string;
  upstreamModel: string;
  tokens: number;
  /** Micro-units per million tokens. */
  price: number;
};

/** How a training ended. `tokens` null: as many as were reserved. */
export type TrainingOutcome = {
  status: number;
  errorCode: string | null;
  tokens: number | null;
  usageSource: "reported" | "estimated" | "none";
  totalMs: number;
};

/** Longer than any training takes. An older reservation has lost its job and is settled. */
const lapseSeconds = 90 * 86_400;
/** The ledger stores durations as an integer of milliseconds: at most 24 days. */
const longestMs = 2_147_483_647;

/**
 * Reserves the cost of a training from every spending limit that applies to it, or from none, in the transaction that
 * starts it. When that is refused or rolled back, nothing is reserved.
 */
export async function reserve(db: Db, workspaceId: string, training: TrainingReservation): Promise<Answer> {
  const { id, keyId, memberId, model, upstreamModel, tokens, price } = training;
  const [row] = await db.execute<{ answer: Answer }>(sql`
    select reserve_training(${workspaceId}::uuid, ${id}::uuid, ${keyId}::text, ${memberId}::uuid, ${model}::text,
      ${upstreamModel}::text, ${tokens}::int, ${price}::bigint, ${lapseSeconds}::int) as answer`);
  if (!row) throw new Error("nothing was answered to a reservation");
  return row.answer;
}

/**
 * Settles the reservation of a training as a ledger line, in the transaction that ends the training.
 *
 * @returns the cost in micro-units; undefined when nothing was reserved, so that nothing is charged
 */
export async function settle(
  db: Db,
  workspaceId: string,
  id: string,
  outcome: TrainingOutcome,
): Promise<number | undefined> {
  const { status, errorCode, usageSource } = outcome;
  const tokens = usageSource === "none" ? 0 : outcome.tokens;
  const [reserved] = await db
    .select({
      cost: sql`usage_cost(coalesce(${tokens}::int, ${usageReservations.promptTokens}), 0, ${usageReservations.inputPrice}, 0)`.mapWith(
        Number,
      ),
    })
    .from(usageReservations)
    .where(and(eq(usageReservations.workspaceId, workspaceId), eq(usageReservations.id, id)))
    .for("update");
  if (!reserved) return undefined;
  const line = {
    ...{ id, status, error_code: errorCode, usage_source: usageSource, prompt_tokens: tokens, completion_tokens: 0 },
    ...{ first_byte_ms: null, total_ms: Math.max(0, Math.min(longestMs, Math.round(outcome.totalMs))) },
  };
  await db.execute(sql`select settle_usage(${workspaceId}::uuid, ${JSON.stringify([line])}::text::jsonb)`);
  return reserved.cost;
}
