import type { Capabilities, ModelSetting } from "@/server/platform/settings/models";
import type { UpstreamModel } from "./client";
import { capabilitiesSaid } from "./said";

export type { Capabilities } from "@/server/platform/settings/models";

/**
 * Makes the card of a base model in the wire format of Mistral's and OpenAI's clients: what the stricter of them requires, and of the
 * rest what its server or the operator says. What is not known is not there.
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
    /** When it ends. */
    deprecation: null as string | null,
    default_model_temperature:
      typeof model.default_model_temperature === "number" ? model.default_model_temperature : null,
  };
}

export type BaseModel = ReturnType<typeof baseModel>;

/** Lists the other names that a server has for a model. */
export function aliasesOf({ aliases }: UpstreamModel): string[] {
  return Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === "string") : [];
}

/**
 * Returns how many tokens a model takes and gives together, or null when nothing says: as the operator states it, or as Mistral's list has it,
 * vLLM's, OpenRouter's, Groq's, LM Studio's, or llama.cpp's (what it was started with, else what the model was trained for).
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

/** Returns what a model is known to be able to do, and not to be: as its server's list says, unless the operator says otherwise. */
export function capabilitiesOf(model: UpstreamModel, stated?: ModelSetting): Capabilities {
  return { ...capabilitiesSaid(model), ...stated?.capabilities };
}

/** Checks whether one may chat with a model: it is known to, or nothing says that it does not. */
export function mayChat({ completion_chat }: Capabilities): boolean {
  return completion_chat !== false;
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const count = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
