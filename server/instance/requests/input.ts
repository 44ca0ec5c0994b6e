import { z } from "zod";
import { optionalAmount } from "@/server/billing/input";

export const oneCeilingRequest = z.strictObject({ limitRequestId: z.uuid() });

/** Which request to grant. `limit`: another ceiling than was asked for. */
export const grantCeiling = z.strictObject({ limitRequestId: z.uuid(), limit: optionalAmount });
