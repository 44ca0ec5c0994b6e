import { z } from "zod";
import { emailAddress } from "@/server/api/input";

/** Whom to make an operator, by the address they sign in with. */
export const addOperator = z.strictObject({ email: emailAddress });

/** Whom to make an operator no longer. */
export const removeOperator = z.strictObject({ userId: z.uuid() });
