import { z } from "zod";
import { baseModels } from "../../base-models";
import { ApiError, invalidBody, invalidModel, invalidRequest } from "../../http/api-error";
import type { FileStore } from "../files/store";
import type { Job } from "./job";

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const none = z.array(z.unknown()).max(0, "This server has none");

const hyperparameters = z.object({
  training_steps: optional(z.int().min(1).max(10_000)),
  learning_rate: optional(z.number().min(1e-8).max(1)),
  epochs: optional(z.number().min(0.01).max(100)),
  // OpenAI's name for it; "auto" is the default.
  n_epochs: optional(z.union([z.number().min(1).max(100), z.literal("auto").transform(() => undefined)])),
  seed: optional(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
  ),
  // These are stored and shown, but have no effect on this server.
  weight_decay: optional(z.number()),
  warmup_fraction: optional(z.number()),
  seq_len: optional(z.int()),
  fim_ratio: optional(z.number()),
});

const jobRequest = z.object({
  model: z.string(),
  training_files: optional(
    z
      .array(
        z.union([
          z.string().transform((file_id) => ({ file_id, weight: 1 })),
          z.object({ file_id: z.string(), weight: z.number().positive().max(1_000).nullish() }),
        ]),
      )
      .max(64),
  ),
  // OpenAI's names for one of each.
  training_file: optional(z.string()),
  validation_file: optional(z.string()),
  validation_files: optional(z.array(z.string()).max(64)),
  suffix: optional(z.string().regex(/^[A-Za-z0-9_-]{1,18}$/, "1 to 18 letters, digits, - or _")),
  auto_start: optional(z.boolean()),
  invalid_sample_skip_percentage: optional(z.number().min(0).max(100)),
  job_type: optional(z.literal("completion", "This server trains completion models only")),
  hyperparameters: optional(hyperparameters),
  seed: optional(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
  ),
  integrations: optional(none),
  repositories: optional(none),
  classifier_targets: optional(none),
});

/** The settings of a new job. */
export type JobOrder = Pick<
  Job,
  "model" | "suffix" | "autoStart" | "training" | "validation" | "skipPercentage" | "hyperparameters" | "options"
>;

/** The default values. */
const defaults = { steps: 10, learningRate: 0.0001, epochs: 1 };

/**
 * Parses a request for a job. Refuses with 422 a malformed request or an unknown file, with 400 a model that does not
 * exist or cannot be fine-tuned.
 */
export function parseJobRequest(body: unknown, files: FileStore): JobOrder {
  const parsed = jobRequest.safeParse(body, { reportInput: true });
  if (!parsed.success) throw invalidBody(parsed.error);
  const { data } = parsed;
  const model = baseModels.find(({ id }) => id === data.model || `${id}-latest` === data.model);
  if (!model) throw invalidModel(data.model);
  if (!model.canFineTune) throw new ApiError(400, "invalid_model", `Model ${data.model} cannot be fine-tuned`, "1500");

  const given = data.training_files ?? (data.training_file ? [{ file_id: data.training_file, weight: 1 }] : []);
  if (given.length === 0)
    throw invalidRequest([{ type: "missing", loc: ["body", "training_files"], msg: "Field required" }]);
  const filename = (id: string, loc: Array<string | number>) => {
    const file = files.get(id);
    if (file) return file.filename;
    throw invalidRequest([{ type: "value_error", loc: ["body", ...loc], msg: `There is no file ${id}` }]);
  };
  const training = given.map(({ file_id: id, weight }, index) => ({
    id,
    filename: filename(id, ["training_files", index, "file_id"]),
    weight: weight ?? 1,
  }));
  const validation = (data.validation_files ?? (data.validation_file ? [data.validation_file] : [])).map(
    (id, index) => ({
      id,
      filename: filename(id, ["validation_files", index]),
    }),
  );

  const { training_steps, learning_rate, epochs, n_epochs, seed, ...kept } = data.hyperparameters ?? {};
  const options = {
    steps: training_steps ?? defaults.steps,
    learningRate: learning_rate ?? defaults.learningRate,
    epochs: epochs ?? n_epochs ?? defaults.epochs,
    seed: seed ?? data.seed ?? 0,
  };
  const shown = Object.entries(kept).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return {
    model: model.id,
    suffix: data.suffix ?? null,
    // OpenAI's clients have no way to start a job.
    autoStart: data.auto_start ?? data.training_file !== undefined,
    training,
    validation,
    skipPercentage: data.invalid_sample_skip_percentage ?? 0,
    hyperparameters: {
      training_steps: options.steps,
      learning_rate: options.learningRate,
      epochs: options.epochs,
      ...Object.fromEntries(shown),
    },
    options,
  };
}
