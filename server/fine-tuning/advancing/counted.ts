import type { Db } from "@/db/client";
import { trainingPriceOf } from "@/server/usage/prices";
import * as changes from "../changes/queries";
import { costOf, mostTokens } from "../estimate";
import type { UpstreamJob } from "../upstream";
import type { Held } from "./end";

/**
 * Returns the number of tokens that the model server counts while it reads the files. Afterwards the number is fixed: a
 * person decides by the number that the page shows, and the reservation uses the same one.
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
 * Makes a job wait for its creator when the model server counts more tokens than they agreed to. A job of a key has no
 * agreed number: it starts with the model server's count, within its limits.
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
