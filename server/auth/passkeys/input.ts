import { z } from "zod";
import { properName } from "@/server/api/input";

/**
 * The answer of the browser's `navigator.credentials`, as JSON text. Its signature covers the content, so it is not
 * validated here.
 */
const answer = z.string().max(16_000);

export const addPasskey = z.strictObject({ name: properName("The name"), response: answer });
export const renamePasskey = z.strictObject({ passkeyId: z.uuid(), name: properName("The name") });
export const onePasskey = z.strictObject({ passkeyId: z.uuid() });
