import type { UpstreamModel } from "./client";

/** What a base model can do, as both client families read it. */
export type Capabilities = Record<
  "completion_chat" | "completion_fim" | "function_calling" | "fine_tuning" | "vision" | "classification",
  boolean
>;

/**
 * Returns a base model in the wire format of Mistral's and OpenAI's clients: everything the stricter of them requires is
 * there, whatever the model server left out.
 */
export function baseModel(model: UpstreamModel) {
  const { id, created, owned_by, capabilities, aliases, name, description } = model;
  return {
    id,
    object: "model" as const,
    created: created ?? 0,
    owned_by: owned_by ?? "model-server",
    type: "base" as const,
    capabilities: capabilitiesOf(capabilities),
    name: text(name) ?? id,
    description: text(description) ?? null,
    max_context_length: contextLength(model) ?? usualContextLength,
    aliases: Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === "string") : [],
    deprecation: null,
    default_model_temperature:
      typeof model.default_model_temperature === "number" ? model.default_model_temperature : null,
  };
}

export type BaseModel = ReturnType<typeof baseModel>;

/** In tokens, for a model whose server does not say. */
const usualContextLength = 32_768;

/** Returns how many tokens a model takes and gives together, or null when its server does not say. */
export function contextLength({ max_context_length, max_model_len }: UpstreamModel): number | null {
  return count(max_context_length) ?? count(max_model_len) ?? null;
}

/** Completes the stated capabilities of a model with the defaults. */
export function capabilitiesOf(given: unknown): Capabilities {
  const said = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  const is = (name: keyof Capabilities, otherwise: boolean) =>
    typeof said[name] === "boolean" ? said[name] : otherwise;
  return {
    // A server that says nothing of capabilities serves chat: that is what the API is for.
    completion_chat: is("completion_chat", true),
    completion_fim: is("completion_fim", false),
    function_calling: is("function_calling", false),
    fine_tuning: is("fine_tuning", false),
    vision: is("vision", false),
    classification: is("classification", false),
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const count = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
