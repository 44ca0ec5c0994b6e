import { z } from "zod";
import { cursor, listOrder, searchText, several, thingName, workspaceSlug } from "@/server/api/input";

/** The kinds of a workspace's own models to list; "" is all. */
export const modelKinds = ["fine-tuned", "registered", "shared"] as const;

/** The sort orders of a list of models. */
export const modelSorts = ["newest", "name"] as const;
export type ModelSort = (typeof modelSorts)[number];

/** Models are counted up to this number: counting more would take longer than the page. */
export const mostCounted = 1_000;

export const listModels = z.strictObject({
  search: searchText,
  kind: z.enum(["", ...modelKinds]).default(""),
  state: z.enum(["", "archived"]).default(""),
  sort: z.enum(modelSorts).default("newest"),
  order: listOrder,
  after: cursor,
  before: cursor,
});

export const searchModels = z.strictObject({ search: searchText });

/** An id that the database can store. */
const modelId = z.string().regex(/^[!-~]{1,256}$/);

export const oneModel = z.strictObject({ modelId });

export const manyModels = z.strictObject({ modelIds: several(modelId) });

/** Matches control characters except line ends, lone surrogates, and marks that change the direction of text. */
const unfit = /[^\P{Cc}\n]|[\ud800-\udfff\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/** A description of a model, with several lines. */
const description = z
  .string()
  .max(20_000, "The description is too long: at most 500 characters.")
  .transform((text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim())
  .refine((text) => !unfit.test(text), "The description has characters that cannot be used.")
  .refine((text) => [...text].length <= 500, "The description is too long: at most 500 characters.");

export const updateModel = z.strictObject({
  modelId,
  name: thingName("The name").optional(),
  description: description.optional(),
});

/** Who may use a model, as its form sends it. */
export const visibilities = ["workspace", "members", "private"] as const;

/** A form also sends an empty value. */
const people = z
  .union([z.uuid(), z.literal(""), z.array(z.union([z.uuid(), z.literal("")])).max(300)])
  .default([])
  .transform((chosen) => [...new Set([chosen].flat().filter((id) => id !== ""))]);

const addresses = z
  .string()
  .max(20_000, "Give fewer addresses at once.")
  .default("")
  .transform((text) => [
    ...new Set(
      text
        .split(/[\s,;]+/)
        .map((address) => address.normalize("NFKC").toLowerCase())
        .filter(Boolean),
    ),
  ])
  .refine((all) => all.length <= 100, "Give at most 100 addresses at once.")
  .refine((all) => all.every((address) => !/[\p{C}]/u.test(address)), "One of these is no e-mail address.");

export const setVisibility = z.strictObject({
  modelId,
  visibility: z.enum(visibilities, { error: "Choose who may use it." }),
  people,
  emails: addresses,
});

export const reassignModel = z.strictObject({ modelId, userId: z.uuid({ error: "Choose a member." }) });

export const removeModel = z.strictObject({ modelId, confirmation: z.string().max(400).default("") });

/** Another workspace, by its slug. */
const target = workspaceSlug;

/** The last valid day (UTC), or nothing for no end. */
const lastDay = z
  .union([z.iso.date(), z.literal("")], { error: "Enter a day like 2027-01-31, or nothing." })
  .default("")
  .transform((day) => day || null);

export const shareModel = z.strictObject({ modelId, target, lastDay });

export const endShare = z.strictObject({ modelId, target });

export const previewMove = z.strictObject({ modelId, target });

export const moveModel = z.strictObject({ modelId, target, confirmation: z.string().max(400).default("") });

export const registerModel = z.strictObject({
  upstream: z
    .string({ error: "Enter the model's name." })
    .max(1_000)
    .transform((text) => text.trim())
    .refine((text) => /^[!-~]{1,256}$/.test(text), "Enter the name as the model server lists it, without spaces."),
  name: thingName("The name"),
  description: description.default(""),
  visibility: z.enum(["workspace", "private"], { error: "Choose who may use it." }).default("workspace"),
});
