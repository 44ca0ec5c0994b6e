import { z } from "zod";
import { emailAddress } from "@/server/api/input";

/** The person to make an operator, by the address of their account. */
export const addOperator = z.strictObject({ email: emailAddress });

/** The operator to remove. */
export const removeOperator = z.strictObject({ userId: z.uuid() });
