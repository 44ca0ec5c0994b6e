import { z } from "zod";
import { maxContextLength } from "../../answering/chat";
import { ApiError, invalidBody } from "../../http/api-error";
import { type Route, readJson, sendJson } from "../../http/route";
import type { FineTuning } from "../fine-tuning";
import type { TunedModel } from "./tuned-models";

const update = z.object({ name: z.string().trim().max(255).nullish(), description: z.string().max(2_000).nullish() });

/** The routes that change fine-tuned models: `/v1/fine_tuning/models`, and DELETE of `/v1/models/{id}`. */
export const modelRoutes: Route[] = [
  {
    path: /^\/v1\/fine_tuning\/models\/([^/]+)$/,
    methods: {
      async PATCH({ request, response, settings, id }) {
        const parsed = update.safeParse(await readJson(request), { reportInput: true });
        if (!parsed.success) throw invalidBody(parsed.error);
        const { models } = settings.fineTuning();
        const model = found(models, id);
        const changed = {
          ...model,
          name: parsed.data.name || model.name,
          description: parsed.data.description === undefined ? model.description : parsed.data.description,
        };
        await models.keep(changed);
        sendJson(response, 200, show(changed));
      },
    },
  },
  {
    path: /^\/v1\/fine_tuning\/models\/([^/]+)\/archive$/,
    methods: {
      POST: ({ response, settings, id }) => archive(settings.fineTuning().models, id, true).then(send(response)),
      DELETE: ({ response, settings, id }) => archive(settings.fineTuning().models, id, false).then(send(response)),
    },
  },
];

/** Deletes a fine-tuned model. Refuses base models with 403 and unknown ones with 404. */
export async function deleteModel(
  { models }: FineTuning,
  id: string,
  isBase: boolean,
): Promise<Record<string, unknown>> {
  if (isBase) throw new ApiError(403, "invalid_request_error", `Model ${id} is a base model and cannot be deleted`);
  if (!(await models.remove(id))) throw notFound(id);
  return { id, object: "model", deleted: true };
}

async function archive(models: FineTuning["models"], id: string, archived: boolean) {
  await models.keep({ ...found(models, id), archived });
  return { id, object: "model", archived };
}

function send(response: Parameters<typeof sendJson>[0]) {
  return (body: unknown) => sendJson(response, 200, body);
}

function show(model: TunedModel): Record<string, unknown> {
  return {
    id: model.id,
    object: "model",
    created: model.created,
    owned_by: "atelier",
    workspace_id: "atelier",
    root: model.root,
    root_version: "1",
    archived: model.archived,
    name: model.name,
    description: model.description,
    capabilities: {
      completion_chat: true,
      completion_fim: false,
      function_calling: false,
      fine_tuning: false,
      classification: false,
    },
    max_context_length: maxContextLength,
    aliases: [],
    job: model.job,
    model_type: "completion",
  };
}

function found(models: FineTuning["models"], id: string): TunedModel {
  const model = models.get(id);
  if (!model) throw notFound(id);
  return model;
}

function notFound(id: string): ApiError {
  return new ApiError(404, "invalid_request_error", `Model not found: ${id}`, "1500");
}
