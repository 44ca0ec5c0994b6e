import { z } from "zod";

/** How many days the keys of a workspace may live at most; "none" is no limit. */
export const maximumLifetimes = ["none", "30", "90", "180", "365"] as const;

export const setKeyPolicy = z.strictObject({
  maximumDays: z.enum(maximumLifetimes, { error: "Choose how long keys may live." }),
});
