import { z } from "zod";
import { optionalAmount } from "../input";

/** The default spending limits per month of new members and new keys. Empty means no limit. */
export const setDefaultLimits = z.strictObject({ newMemberLimit: optionalAmount, newKeyLimit: optionalAmount });
