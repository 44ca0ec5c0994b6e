import { z } from "zod";
import { readJsonSetting } from "./json";

/** The capabilities of models, by their names in Mistral's list. */
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

/** The known capabilities of a model; a missing one is unknown. */
export type Capabilities = Partial<Record<(typeof capabilityNames)[number], boolean>>;

/** How many tokens a model counts for media, if the operator has set it. */
export type MediaRates = { imageTokens?: number | undefined; audioTokensPerSecond?: number | undefined };

/** The operator's settings of a model, where its server's list is incomplete or wrong. */
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
 * Reads the operator's settings of models from MODELS or the file that MODELS_FILE names, by the id that programs use.
 * A complaint is a sentence that begins with the variable's name and repeats no value.
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
