import { z } from "zod";
import { changeShape, providerShape, providerState } from "@/server/model-servers/providers/input";

const nameMessage = "Use 1 to 40 lowercase letters, digits and hyphens, beginning with a letter or digit.";

/** Its models are called `own/NAME/MODEL`: so it keeps its name. */
const name = z
  .string({ error: nameMessage })
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, nameMessage));

const providerId = z.uuid();

export const addOwnProvider = z.strictObject({ name, ...providerShape });
export const oneOwnProvider = z.strictObject({ providerId });
export const updateOwnProvider = z.strictObject({ providerId, ...changeShape });
export const setOwnProviderState = z.strictObject({ providerId, state: providerState });
