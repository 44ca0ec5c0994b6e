import type { Batch } from "@/server/batches/queries";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import { jobStatusOf } from "./batch-requests";

const seconds = (date: Date | null) => date && Math.floor(date.getTime() / 1_000);

/** Returns what it may cost and has cost, and why it waits: what neither family has a word for. */
function ourWords({ estimatedCost, cost, waitingCode, waitingBecause }: Batch) {
  return {
    estimated_cost: estimatedCost === null ? null : decimalMoney(estimatedCost),
    cost: decimalMoney(cost),
    currency: currency(),
    waiting: waitingCode === null ? null : { code: waitingCode, message: waitingBecause },
  };
}

/** Returns a batch in OpenAI's words. */
export function batchOut(batch: Batch) {
  const { status, total, completed, failed, promptTokens, completionTokens, errors } = batch;
  const endedAs = (wanted: Batch["status"]) => (status === wanted ? seconds(batch.endedAt) : null);
  return {
    ...{ id: batch.id, object: "batch" as const, endpoint: batch.endpoint, model: batch.model },
    errors: errors && { object: "list" as const, data: errors },
    ...{ input_file_id: batch.inputFileId, completion_window: "24h", status },
    ...{ output_file_id: batch.outputFileId, error_file_id: batch.errorFileId },
    created_at: seconds(batch.createdAt),
    in_progress_at: seconds(batch.startedAt),
    expires_at: seconds(batch.expiresAt),
    finalizing_at: seconds(batch.finalizingAt),
    completed_at: endedAs("completed"),
    failed_at: endedAs("failed"),
    expired_at: endedAs("expired"),
    cancelling_at: seconds(batch.cancelRequestedAt),
    cancelled_at: endedAs("cancelled"),
    request_counts: { total, completed, failed },
    metadata: batch.metadata,
    usage: {
      input_tokens: promptTokens,
      output_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
    ...ourWords(batch),
  };
}

/** Returns a batch in Mistral's words. */
export function batchJobOut(batch: Batch) {
  const { total, completed, failed } = batch;
  return {
    ...{ id: batch.id, object: "batch" as const, input_files: [batch.inputFileId], metadata: batch.metadata },
    ...{ endpoint: batch.endpoint, model: batch.model, agent_id: null },
    ...{ output_file: batch.outputFileId, error_file: batch.errorFileId },
    errors: (batch.errors ?? []).map(({ message, line }) => ({
      message: line === null ? message : `Line ${line}: ${message}`,
      count: 1,
    })),
    status: jobStatusOf[batch.status],
    created_at: seconds(batch.createdAt),
    ...{ total_requests: total, completed_requests: completed + failed },
    ...{ succeeded_requests: completed, failed_requests: failed },
    started_at: seconds(batch.startedAt),
    completed_at: seconds(batch.endedAt),
    ...ourWords(batch),
  };
}
