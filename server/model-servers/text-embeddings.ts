import { z } from "zod";
import { listBounds } from "@/server/platform/json/bounds";
import { readJsonAnswer } from "@/server/platform/json/fetched";
import type { ModelServer, UpstreamModel } from "./client";

/** The description that text-embeddings-inference gives of its only model, instead of a list. */
const info = z.object({
  model_id: z.string().min(1).max(256),
  served_model_name: z.string().min(1).max(256).optional().catch(undefined),
  model_type: z.record(z.string(), z.unknown()),
  max_input_length: z.number().int().positive().optional().catch(undefined),
  max_client_batch_size: z.number().int().positive().optional().catch(undefined),
});

/** The words that lists use for each kind of model. */
const words = new Map([
  ["reranker", ["rerank"]],
  ["embedding", ["embeddings"]],
  ["classifier", ["classification"]],
]);

const deadlineMs = 5_000;
const longestInfo = 65_536;

/** The lists that came from text-embeddings-inference, with how many texts it accepts in one request. */
const recognised = new WeakMap<UpstreamModel[], { mostTexts: number | undefined }>();

/**
 * Returns how many texts text-embeddings-inference accepts in one request, if a list came from it; undefined: the list
 * came from another server.
 */
export const embeddingsServerOf = (models: UpstreamModel[]) => recognised.get(models);

/**
 * Asks a server without a list whether it is text-embeddings-inference. Returns its model; undefined: it is another
 * server.
 */
export async function embeddingsServersModels(
  server: Pick<ModelServer, "fetch">,
): Promise<UpstreamModel[] | undefined> {
  const response = await server.fetch("../info", {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const said = info.safeParse(await readJsonAnswer(response, listBounds, longestInfo));
  if (!said.success) return undefined;
  const { model_id: id, served_model_name: name, model_type: type, max_input_length: length } = said.data;
  const { max_client_batch_size: mostTexts } = said.data;
  const capabilities = Object.keys(type).flatMap((kind) => words.get(kind) ?? []);
  const models = [{ id: name ?? id, capabilities, ...(length && { context_length: length }) }];
  recognised.set(models, { mostTexts });
  return models;
}
