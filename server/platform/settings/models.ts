import { z } from "zod";
import { readJsonSetting } from "./json";

/** What a model can do, as Mistral's list names it. */
export const capabilityNames = [
  ...[
    "completion_chat",
    "completion_fim",
    "function_calling",
    "fine_tuning",
    "vision",
    "classification",
    "reasoning",
    "ocr",
  ],
  ...[
    "moderation",
    "audio",
    "audio_transcription",
    "audio_transcription_realtime",
    "audio_speech",
    "embeddings",
    "rerank",
  ],
] as const;

/** What is known of a model; a capability that is missing is not known. */
export type Capabilities = Partial<Record<(typeof capabilityNames)[number], boolean>>;

/** How many tokens a model makes of media, as far as the operator has said. */
export type MediaRates = { imageTokens?: number | undefined; audioTokensPerSecond?: number | undefined };

/** What the operator says of a model where its server's list says nothing, or says it wrong. */
export type ModelSetting = MediaRates & {
  model: string;
  contextLength?: number | undefined;
  capabilities?: Capabilities | undefined;
};

const list = z
  .array(
    z.strictObject({
      model: z.string().regex(/^[\x21-\x7e]{1,256}$/),
      contextLength: z.int().min(1).max(100_000_000).optional(),
      capabilities: z
        .strictObject(Object.fromEntries(capabilityNames.map((name) => [name, z.boolean().optional()])))
        .optional(),
      imageTokens: z.int().min(1).max(1_000_000).optional(),
      audioTokensPerSecond: z.number().positive().max(10_000).optional(),
    }),
  )
  .max(10_000);

/**
 * Reads what the operator says of models: in MODELS or in the file MODELS_FILE names, by the id that programs use. What is wrong is said
 * as a sentence that begins with the variable's name and repeats no value.
 */
export function readModels(variables: Record<string, string | undefined>): {
  models: Map<string, ModelSetting>;
  complaints: string[];
} {
  const wrong = (complaint: string) => ({ models: new Map(), complaints: [complaint] });
  const setting = readJsonSetting(variables, "MODELS");
  if (!setting) return { models: new Map(), complaints: [] };
  if (setting.complaint !== undefined) return wrong(setting.complaint);
  const { name, json } = setting;
  const parsed = list.safeParse(json);
  if (!parsed.success) {
    const [index, field] = parsed.error.issues[0]?.path ?? [];
    if (typeof index !== "number") return wrong(`${name} must be a list of models`);
    const complaint = field
      ? `has no usable ${String(field)}`
      : "may have model, contextLength, capabilities, imageTokens and audioTokensPerSecond, and nothing else";
    return wrong(`${name} entry ${index + 1} ${complaint}`);
  }
  const models = new Map(parsed.data.map((each) => [each.model, each as ModelSetting]));
  return models.size < parsed.data.length ? wrong(`${name} has one model twice`) : { models, complaints: [] };
}
