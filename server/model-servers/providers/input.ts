import { z } from "zod";
import { endpointNames } from "@/server/platform/settings/endpoints";

/** As many models can be stated for one provider. */
const mostStated = 1_000;
const modelId = /^[\x21-\x7e]{1,256}$/;

const addressMessage = "Enter an address like https://api.example.com/v1.";

/** Where a provider is: as programs write it, without a slash at the end. Numbers for hosts become what they stand for. */
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

/** A key as it is pasted; nothing typed leaves it as it is. */
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

/** Reads what was typed one a line. `read` returns a line's model and what it is called, or undefined where it cannot be read; none at all is null. */
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

/** The models that are offered, one a line: `ID`, `ID = UPSTREAM`, each with `, CONTEXT LENGTH`. Nothing: all that the provider lists. */
const models = oneALine(
  "Write one model per line: a name, “name = name at the provider”, or either with “, 131072” for its context.",
  (line) => {
    const [, id = "", upstream = id, length] = /^\s*(\S+?)(?:\s+=\s+(\S+?))?\s*(?:,\s*(\d{1,9}))?\s*$/.exec(line) ?? [];
    if (!modelId.test(id) || !modelId.test(upstream) || id.startsWith("own/") || Number(length) === 0) return;
    return { called: id, model: { id, upstream, ...(length && { contextLength: Number(length) }) } };
  },
);

/**
 * The models that were fine-tuned at a provider of the instance, one a line: `UPSTREAM`, or `UPSTREAM = BASE`. No workspace is offered one
 * before it registers it. Nothing: those that the provider marks so.
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

/** What a provider can be asked for besides chats and embeddings. Nothing: what its answers show. */
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

/** What both kinds of provider are described by. `isForced`: it is saved although a test fails. */
export const providerShape = { address, key, models, endpoints, isForced: tick };

/** What a change of one may say besides. */
export const changeShape = { ...providerShape, isWithoutKey: tick };

export const providerStates = ["active", "draining", "disabled"] as const;
export const providerState = z.enum(providerStates, { error: "Choose a state." });
