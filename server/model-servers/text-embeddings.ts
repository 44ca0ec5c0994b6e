import { z } from "zod";
import { listBounds } from "@/server/platform/json/bounds";
import { readJsonAnswer } from "@/server/platform/json/fetched";
import type { ModelServer, UpstreamModel } from "./client";

/** What text-embeddings-inference says of the one model that it has, in place of a list. */
const info = z.object({
  model_id: z.string().min(1).max(256),
  served_model_name: z.string().min(1).max(256).optional().catch(undefined),
  model_type: z.record(z.string(), z.unknown()),
  max_input_length: z.number().int().positive().optional().catch(undefined),
  max_client_batch_size: z.number().int().positive().optional().catch(undefined),
});

/** The words in which lists say what each kind of model is for. */
const words = new Map([
  ["reranker", ["rerank"]],
  ["embedding", ["embeddings"]],
  ["classifier", ["classification"]],
]);

const deadlineMs = 5_000;
const longestInfo = 65_536;

/** What is text-embeddings-inference's, and how many texts it takes at a time. */
const recognised = new WeakMap<UpstreamModel[], { mostTexts: number | undefined }>();

/** Returns how many texts text-embeddings-inference takes at a time, if a list is what it says of its one model; undefined: it is another server's. */
export const embeddingsServerOf = (models: UpstreamModel[]) => recognised.get(models);

/** Asks a server without a list whether it is text-embeddings-inference. Returns its model; undefined: it is something else. */
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
