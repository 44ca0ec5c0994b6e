import { z } from "zod";
import { typedCount, workspaceSlug } from "@/server/api/input";
import { highestCeilings } from "@/server/budgets/input";

/** A ceiling on use as it was typed; empty means no ceiling. */
export const mostOf = {
  requestsPerMinute: typedCount(1, highestCeilings.requests),
  tokensPerMinute: typedCount(1, highestCeilings.tokens),
  keys: typedCount(0, highestCeilings.keys),
  members: typedCount(1, highestCeilings.members),
  fileMegabytes: typedCount(0, highestCeilings.files),
};

export const setUseCeilings = z.strictObject({ slug: workspaceSlug, ...mostOf });
