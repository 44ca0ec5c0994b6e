import { bigint, integer } from "drizzle-orm/pg-core";

/** Columns of a workspace: limits besides its own monthly one. Money is in micro-units. */
export const moreLimits = () => ({
  /** The initial monthly limit of a new member or a new key; null: none. */
  newMemberLimit: bigint({ mode: "number" }),
  newKeyLimit: bigint({ mode: "number" }),
  /**
   * The operators' ceilings besides money: requests and tokens per minute of all its keys together, keys that are
   * neither revoked nor expired, members, and bytes of files. They apply in addition to its own limits. What already
   * exceeds a ceiling stays. Null: no ceiling.
   */
  mostRequestsPerMinute: integer(),
  mostTokensPerMinute: integer(),
  mostKeys: integer(),
  mostMembers: integer(),
  mostFileBytes: bigint({ mode: "number" }),
});
