import { z } from "zod";
import { tryParseJson } from "@/server/platform/json/parse";

const definitions = z
  .array(
    z.looseObject({
      type: z.literal("function"),
      function: z.looseObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/) }),
    }),
  )
  .min(1)
  .max(128);

/** Returns the problem with the definitions of tools for a chat; undefined: they are valid, or there are none. */
export function toolsProblem(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  const parsed = tryParseJson(text);
  if (parsed === undefined) return "Enter a JSON array of tool definitions.";
  if (!definitions.safeParse(parsed).success)
    return 'Each tool is an object with "type": "function" and a "function" that has a "name" of letters, digits, _ and -.';
  return undefined;
}
