import { z } from "zod";
import { cursor, line, searchText } from "@/server/api/input";

/** How long a key lives, in days; "never" has no end. */
export const expirations = ["30", "90", "180", "365", "never"] as const;

export const createKey = z.strictObject({
  name: line("The key name", 60),
  expiration: z.enum(expirations, { error: "Choose when the key expires." }).default("90"),
});

export const oneKey = z.strictObject({ keyId: z.string().regex(/^[0-9A-Za-z]{12}$/) });
export const listKeys = z.strictObject({ search: searchText, after: cursor, before: cursor });
