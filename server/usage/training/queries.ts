import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageReservations } from "@/db/schema/usage";
import type { Answer } from "../queries";

/** What a training may cost, before it starts. Its id is the job's. */
export type TrainingReservation = {
  id: string;
  keyId: string | null;
  /** Who starts it; null: a service key. */
  memberId: string | null;
  model: string;
  upstreamModel: string;
  tokens: number;
  /** Micro-units a million tokens. */
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

/** Longer than any training. A reservation that is older has lost its job, and is settled as it is. */
const lapseSeconds = 90 * 86_400;
/** A duration is an integer of milliseconds in the ledger: 24 days. */
const longestMs = 2_147_483_647;

/**
 * Takes what a training may cost from the limits on spend that hold for it, or from none, in the transaction of whatever
 * starts it: what is refused or rolled back has taken nothing.
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
 * Turns the reservation of a training into a line of the ledger, in the transaction of whatever ends it.
 *
 * @returns what it cost in micro-units; undefined when nothing was reserved, so that nothing is charged
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
