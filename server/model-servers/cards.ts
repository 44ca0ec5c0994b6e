import type { Capabilities, ModelSetting } from "@/server/platform/settings/models";
import type { UpstreamModel } from "./client";
import { capabilitiesSaid } from "./said";

export type { Capabilities } from "@/server/platform/settings/models";

/**
 * Returns the card of a base model in the wire format of Mistral's and OpenAI's clients: the fields that the stricter
 * of them requires, and the others if the server or the operator states them. Unknown fields are left out.
 */
export function baseModel(model: UpstreamModel, stated?: ModelSetting) {
  const { id, created, owned_by, name, description } = model;
  const length = contextLength(model, stated);
  return {
    id,
    object: "model" as const,
    created: created ?? 0,
    owned_by: owned_by ?? "model-server",
    type: "base" as const,
    capabilities: capabilitiesOf(model, stated),
    name: text(name) ?? id,
    description: text(description) ?? null,
    ...(length !== null && { max_context_length: length }),
    aliases: aliasesOf(model),
    /** The date of its retirement. */
    deprecation: null as string | null,
    default_model_temperature:
      typeof model.default_model_temperature === "number" ? model.default_model_temperature : null,
  };
}

export type BaseModel = ReturnType<typeof baseModel>;

/** Returns a server's aliases of a model. */
export function aliasesOf({ aliases }: UpstreamModel): string[] {
  return Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === "string") : [];
}

/**
 * Returns a model's context length in tokens, prompt and completion together; null: unknown. The operator's setting
 * comes first, then the fields of Mistral's list, vLLM's, OpenRouter's, Groq's, LM Studio's, or llama.cpp's (the length
 * it was started with, else the length of the training).
 */
export function contextLength(model: UpstreamModel, stated?: ModelSetting): number | null {
  const { max_context_length, max_model_len, context_length, context_window, loaded_context_length, meta } = model;
  const { n_ctx, n_ctx_train } = (typeof meta === "object" && meta ? meta : {}) as Record<string, unknown>;
  const said = [
    loaded_context_length,
    max_context_length,
    max_model_len,
    context_length,
    context_window,
    n_ctx,
    n_ctx_train,
  ];
  return stated?.contextLength ?? said.map(count).find((length) => length !== undefined) ?? null;
}

/**
 * Returns the known capabilities of a model, true or false: from its server's list, unless the operator has set them.
 */
export function capabilitiesOf(model: UpstreamModel, stated?: ModelSetting): Capabilities {
  return { ...capabilitiesSaid(model), ...stated?.capabilities };
}

/** Checks whether a model can be used for chat: unless it is known that it cannot. */
export function mayChat({ completion_chat }: Capabilities): boolean {
  return completion_chat !== false;
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const count = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
