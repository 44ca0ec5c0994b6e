import { createHash } from "node:crypto";
import type { Db } from "@/db/client";
import { canonical } from "@/server/audit/chain";
import * as items from "./items/queries";
import type { Review } from "./queries";

/**
 * Returns the result of a review as canonical JSON (RFC 8785), which is the same every time. It names people by id
 * only, and does not contain later restores.
 */
export async function resultOf(db: Db, workspaceId: string, review: Review): Promise<string> {
  const all = await items.whole(db, workspaceId, review.id);
  return canonical({
    ...{ version: 1, workspaceId, reviewId: review.id, startedBy: review.startedBy, isCut: review.isCut },
    startedAt: moment(review.startedAt),
    dueAt: moment(review.dueAt),
    closedAt: moment(review.closedAt),
    items: all.map(({ since, decidedAt, ...item }) => ({
      ...item,
      since: moment(since),
      decidedAt: moment(decidedAt),
    })),
  });
}

const moment = (date: Date | null) => date?.toISOString() ?? null;

/** Returns the SHA-256 of a result, in hex. */
export const digestOf = (result: string) => createHash("sha256").update(result).digest("hex");
