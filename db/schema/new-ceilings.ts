import { sql } from "drizzle-orm";
import { integer } from "drizzle-orm/pg-core";

/**
 * Columns of the instance's settings: the initial ceilings on use of new workspaces and of new personal ones, as in a
 * workspace; of files in megabytes. A personal workspace has no other members. Null: no ceiling.
 */
export const newCeilings = () => ({
  newMostRequestsPerMinute: integer(),
  newMostTokensPerMinute: integer(),
  newMostKeys: integer(),
  newMostMembers: integer(),
  newMostFileMegabytes: integer(),
  personalMostRequestsPerMinute: integer(),
  personalMostTokensPerMinute: integer(),
  personalMostKeys: integer(),
  personalMostFileMegabytes: integer(),
});

/** The check of these columns, like that of a workspace. */
export const areCeilings = sql`least(new_most_requests_per_minute, new_most_tokens_per_minute, new_most_members,
  personal_most_requests_per_minute, personal_most_tokens_per_minute) > 0
  and least(new_most_keys, new_most_file_megabytes, personal_most_keys, personal_most_file_megabytes) >= 0`;
