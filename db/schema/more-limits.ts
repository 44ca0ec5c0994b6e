import { bigint, integer } from "drizzle-orm/pg-core";

/** Columns of a workspace: limits besides its own of a month. Money in micro-units. */
export const moreLimits = () => ({
  /** The limit a month that a new member, or a new key, starts with; null: none. */
  newMemberLimit: bigint({ mode: "number" }),
  newKeyLimit: bigint({ mode: "number" }),
  /**
   * The most that operators let it have besides money, whatever its own limits are: requests and tokens a minute of all its keys together,
   * keys that are neither revoked nor expired, members, bytes of files. What is above it already stays. Null: no ceiling.
   */
  mostRequestsPerMinute: integer(),
  mostTokensPerMinute: integer(),
  mostKeys: integer(),
  mostMembers: integer(),
  mostFileBytes: bigint({ mode: "number" }),
});
