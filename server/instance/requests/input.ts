import { z } from "zod";
import { typedCount } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";

export const oneCeilingRequest = z.strictObject({ limitRequestId: z.uuid() });

/** Which request to grant. `limit`, or of a ceiling that is not on spend `most`: another ceiling than was asked for. */
export const grantCeiling = z.strictObject({
  limitRequestId: z.uuid(),
  limit: optionalAmount,
  most: typedCount(1, 1_000_000_000),
});
