import { z } from "zod";

/** The most models of a route, and the most routes of a workspace. */
export const mostRouteModels = 8;
export const mostRoutes = 100;

/** How the model is chosen: the first one that answers, in their order; or one drawn by weight, then the others. */
export const routeModes = ["ordered", "weighted"] as const;

const name = z
  .string({ error: "Enter a name." })
  .max(200)
  .transform((text) => text.trim().replace(/^route\//, ""))
  .refine(
    (text) => /^[a-z0-9][a-z0-9._-]{0,49}$/.test(text),
    "Use 1 to 50 small letters, digits, dots, dashes and underscores, with a letter or digit first.",
  );

const modelText = z.string().max(1_000).trim();
const entries = <T extends z.ZodType>(each: T) => z.union([each, z.array(each).max(50)]);

/**
 * The fields of a route as a form or a program sends them: a model and a weight per line, possibly with empty lines.
 */
const made = {
  mode: z.enum(routeModes, { error: "Choose how the model is found." }),
  models: entries(modelText),
  weights: entries(z.union([z.string().max(40), z.number()])).default([]),
  saverModel: modelText.default(""),
  saverPercent: z.union([z.string().max(40), z.number()]).default(""),
};

/** A route's fields as they were sent. */
export type SentRule = z.output<typeof sentRule>;

/** The fields of a route, which `readRule` converts. */
export const sentRule = z.strictObject(made);

export const createRoute = z.strictObject({ routeName: name, ...made });

const routeId = z.string().regex(/^route\/[a-z0-9][a-z0-9._-]{0,49}$/);

export const updateRoute = z.strictObject({ routeId, ...made });

export const removeRoute = z.strictObject({ routeId });
