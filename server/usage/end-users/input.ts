/** Where a request may name whom it is made for, in the order in which they count. */
export const endUserFields = ["header", "safety_identifier", "user", "metadata.user_id"] as const;

export type EndUserField = (typeof endUserFields)[number];

/** What stands for all who are not named. */
export const unnamed = "00000000-0000-0000-0000-000000000000";

/** The longest name, in characters. */
export const longestName = 256;
