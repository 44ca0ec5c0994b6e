import { z } from "zod";
import { typedCount, workspaceSlug } from "@/server/api/input";

/** The most that a workspace may have besides money; nothing typed is no ceiling. */
export const setUseCeilings = z.strictObject({
  slug: workspaceSlug,
  requestsPerMinute: typedCount(1, 1_000_000),
  tokensPerMinute: typedCount(1, 1_000_000_000),
  keys: typedCount(0, 1_000_000),
  members: typedCount(1, 100_000),
  fileMegabytes: typedCount(0, 100_000_000),
});
