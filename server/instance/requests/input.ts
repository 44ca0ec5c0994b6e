import { z } from "zod";
import { typedCount } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";

export const oneCeilingRequest = z.strictObject({ limitRequestId: z.uuid() });

/** The request to grant. `limit`, or for a ceiling on use `most`: another ceiling than requested. */
export const grantCeiling = z.strictObject({
  limitRequestId: z.uuid(),
  limit: optionalAmount,
  most: typedCount(1, 1_000_000_000),
});
