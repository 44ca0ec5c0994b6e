import { z } from "zod";

/** What the links of an invitation's mail carry. */
export const mailedAnswer = z.strictObject({ token: z.string().regex(/^[\w-]{80}$/) });
