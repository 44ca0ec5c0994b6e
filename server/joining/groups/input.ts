import { z } from "zod";

const rule = { ruleId: z.uuid() };

export const oneGroupRule = z.strictObject(rule);

/** With the claim that the Admin was shown, because an operator may have changed it meanwhile. */
export const acceptGroupRule = z.strictObject({ ...rule, claim: z.string().regex(/^[\x21-\x7e]{1,80}$/) });
