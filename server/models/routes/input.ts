import { z } from "zod";

/** The most models of a route, and the most routes of a workspace. */
export const mostRouteModels = 8;
export const mostRoutes = 100;

/** How the model that answers is found: the first that can, in their order; or first one that is drawn by weight. */
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

/** What a route is made of, as a form or a program says it: a model and a weight a line, empty lines among them. */
const made = {
  mode: z.enum(routeModes, { error: "Choose how the model is found." }),
  models: entries(modelText),
  weights: entries(z.union([z.string().max(40), z.number()])).default([]),
  saverModel: modelText.default(""),
  saverPercent: z.union([z.string().max(40), z.number()]).default(""),
};

/** A route's fields as they were sent. */
export type SentRule = z.output<typeof sentRule>;

/** What a route is made of, which `readRule` reads. */
export const sentRule = z.strictObject(made);

export const createRoute = z.strictObject({ routeName: name, ...made });

const routeId = z.string().regex(/^route\/[a-z0-9][a-z0-9._-]{0,49}$/);

export const updateRoute = z.strictObject({ routeId, ...made });

export const removeRoute = z.strictObject({ routeId });
