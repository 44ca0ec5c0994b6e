import { z } from "zod";
import { typedCount } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";

export const oneCeilingRequest = z.strictObject({ limitRequestId: z.uuid() });

/** Which request to grant. `limit`, or of one per minute `rate`: another ceiling than was asked for. */
export const grantCeiling = z.strictObject({
  limitRequestId: z.uuid(),
  limit: optionalAmount,
  rate: typedCount(1, 999_999_999),
});
