import { z } from "zod";

export const oneGroupRule = z.strictObject({ ruleId: z.uuid() });
