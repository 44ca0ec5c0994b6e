/** The places where a request may name its end user, in order of precedence. */
export const endUserFields = ["header", "safety_identifier", "user", "metadata.user_id"] as const;

export type EndUserField = (typeof endUserFields)[number];

/** The id that stands for all requests without an end user. */
export const unnamed = "00000000-0000-0000-0000-000000000000";

/** The longest name of an end user, in characters. */
export const longestName = 256;
