import { z } from "zod";

/** The token in the links of an invitation's mail. */
export const mailedAnswer = z.strictObject({ token: z.string().regex(/^[\w-]{80}$/) });
