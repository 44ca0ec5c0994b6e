import { z } from "zod";
import { endpointNames } from "@/server/platform/settings/endpoints";

/** The most models that can be entered for one provider. */
const mostStated = 1_000;
const modelId = /^[\x21-\x7e]{1,256}$/;

const addressMessage = "Enter an address like https://api.example.com/v1.";

/**
 * Parses the address of a provider, as clients write it, without a slash at the end. Hosts that are written as numbers
 * become normal IP addresses.
 */
const address = z
  .string({ error: addressMessage })
  .max(2_000, addressMessage)
  .transform((text, context) => {
    const wrong = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    const typed = text.trim();
    if (!/^https?:\/\//i.test(typed) || !URL.canParse(typed)) return wrong(addressMessage);
    const url = new URL(typed);
    if (url.username || url.password) return wrong("Enter the key in its own field, not in the address.");
    if (url.search || url.hash) return wrong("Enter the address without “?” and “#”.");
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  });

/** Parses a pasted key; an empty field leaves the stored key unchanged. */
const key = z
  .string()
  .max(4_000, "This key is too long.")
  .default("")
  .transform((text) => text.trim())
  .refine((text) => /^[\x21-\x7e]*$/.test(text), "A key has no spaces and only plain characters.")
  .refine(
    (text) => !/^atl_[0-9A-Za-z]+_/.test(text),
    "This is an API key of this Atelier, not of the provider. Paste the provider's key.",
  );

/**
 * Parses a text with one entry per line. `read` returns the model of a line and its name, or undefined for an invalid
 * line. No entries: null.
 */
const oneALine = <T>(how: string, read: (line: string) => { called: string; model: T } | undefined) =>
  z
    .string()
    .max(200_000, "This is too long.")
    .default("")
    .transform((text, context) => {
      const wrong = (message: string) => {
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      };
      const stated = new Map<string, T>();
      for (const [index, line] of text.split(/\r?\n/).entries()) {
        if (line.trim() === "") continue;
        const found = read(line);
        if (!found) return wrong(`Line ${index + 1} cannot be read. ${how}`);
        const { called, model } = found;
        if (stated.has(called)) return wrong(`Line ${index + 1} has the model ${called.slice(0, 80)} a second time.`);
        stated.set(called, model);
      }
      if (stated.size > mostStated) return wrong(`Enter at most ${mostStated} models.`);
      return stated.size === 0 ? null : [...stated.values()];
    });

/**
 * The offered models, one per line: `ID` or `ID = UPSTREAM`, each optionally with `, CONTEXT LENGTH`. Empty: all that
 * the provider lists.
 */
const models = oneALine(
  "Write one model per line: a name, “name = name at the provider”, or either with “, 131072” for its context.",
  (line) => {
    const [, id = "", upstream = id, length] = /^\s*(\S+?)(?:\s+=\s+(\S+?))?\s*(?:,\s*(\d{1,9}))?\s*$/.exec(line) ?? [];
    if (!modelId.test(id) || !modelId.test(upstream) || id.startsWith("own/") || Number(length) === 0) return;
    return { called: id, model: { id, upstream, ...(length && { contextLength: Number(length) }) } };
  },
);

/**
 * The models that were fine-tuned at a provider of the instance, one per line: `UPSTREAM`, or `UPSTREAM = BASE`. A
 * workspace can use one only after registering it. Empty: the ones that the provider marks as fine-tuned.
 */
export const tunedModels = oneALine(
  "Write one model per line: its name at the provider, or “name = base model”.",
  (line) => {
    const [, upstream = "", base] = /^\s*(\S+?)(?:\s+=\s+(\S+?))?\s*$/.exec(line) ?? [];
    if (!modelId.test(upstream) || (base !== undefined && !modelId.test(base))) return;
    return { called: upstream, model: { upstream, ...(base !== undefined && { base }) } };
  },
);

const endpointsMessage = `Write endpoints as in MODEL_SERVERS, separated by commas: ${endpointNames.join(", ")}.`;

/** The provider's endpoints besides chat and embeddings. Empty: they are learned from its answers. */
const endpoints = z
  .string()
  .max(1_000, endpointsMessage)
  .default("")
  .transform((text, context) => {
    const typed = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
    const known = endpointNames.filter((name) => typed.includes(name));
    if (known.length === typed.length) return known.length === 0 ? null : known;
    context.addIssue({ code: "custom", message: endpointsMessage });
    return z.NEVER;
  });

const tick = z
  .literal("on")
  .optional()
  .transform((ticked) => ticked === "on");

/** The fields of both kinds of provider. `isForced`: it is saved even if the test fails. */
export const providerShape = { address, key, models, endpoints, isForced: tick };

/** The fields of a change. */
export const changeShape = { ...providerShape, isWithoutKey: tick };

export const providerStates = ["active", "draining", "disabled"] as const;
export const providerState = z.enum(providerStates, { error: "Choose a state." });
