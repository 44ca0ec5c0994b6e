import { z } from "zod";
import { optionalAmount } from "../input";

/** What new members and new keys may spend a month; nothing typed is no limit. */
export const setDefaultLimits = z.strictObject({ newMemberLimit: optionalAmount, newKeyLimit: optionalAmount });
