import { z } from "zod";

/** The longest life of the workspace's keys, in days; "none": no limit. */
export const maximumLifetimes = ["none", "30", "90", "180", "365"] as const;

export const setKeyPolicy = z.strictObject({
  maximumDays: z.enum(maximumLifetimes, { error: "Choose how long keys may live." }),
});
