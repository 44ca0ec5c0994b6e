import { z } from "zod";
import { properName } from "@/server/api/input";

/** What the browser's `navigator.credentials` answered, as JSON text: it is checked as a whole, by its signature. */
const answer = z.string().max(16_000);

export const addPasskey = z.strictObject({ name: properName("The name"), response: answer });
export const renamePasskey = z.strictObject({ passkeyId: z.uuid(), name: properName("The name") });
export const onePasskey = z.strictObject({ passkeyId: z.uuid() });
