import type { Db } from "@/db/client";
import { trainingPriceOf } from "@/server/usage/prices";
import * as changes from "../changes/queries";
import { costOf, mostTokens } from "../estimate";
import type { UpstreamJob } from "../upstream";
import type { Held } from "./end";

/**
 * Returns how many tokens the model server counts, as long as it reads the files. Afterwards the count stays: a person decides by
 * what the page shows, and what is reserved is what was shown.
 */
export function countedBy(
  held: Held,
  { metadata }: UpstreamJob,
): { trainTokens: number; estimatedCost: number } | object {
  const isRead = held.status !== "QUEUED" && held.status !== "VALIDATING";
  if (isRead || !metadata?.train_tokens) return {};
  const trainTokens = Math.min(metadata.train_tokens, mostTokens);
  return { trainTokens, estimatedCost: costOf(trainTokens, trainingPriceOf(held.model)) };
}

/**
 * Has a job wait for a person when the model server counts more tokens than the person agreed to when creating it. A job of
 * a key was promised no number: it starts with what the model server counts, within its limits.
 */
export async function agreeAgain(
  db: Db,
  held: Held,
  { trainTokens }: { trainTokens?: number },
): Promise<{ isAutoStart: false } | object> {
  const agreed = held.trainTokens ?? 0;
  if (!held.isAutoStart || held.keyId !== null || trainTokens === undefined || trainTokens <= agreed) return {};
  const [more, less] = [trainTokens, agreed].map((tokens) => tokens.toLocaleString("en-US"));
  await changes.addEvent(db, held.workspaceId, held.id, "start-refused", {
    message: `The model server counts ${more} tokens, more than the ${less} that were shown when the job was created.`,
  });
  return { isAutoStart: false };
}
