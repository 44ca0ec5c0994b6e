import { z } from "zod";
import { env } from "@/server/env";

/** The model server did not give a usable answer. */
export class ModelServerDown extends Error {
  override readonly name = "ModelServerDown";
}

/** What every model server says of a model; Mistral's, vLLM's, llama.cpp's and Ollama's lists all have this much. */
const upstreamModel = z.looseObject({
  id: z.string().min(1).max(256),
  created: z.number().int().optional(),
  owned_by: z.string().optional(),
});

const upstreamList = z.object({ data: z.array(z.unknown()) });

export type UpstreamModel = z.output<typeof upstreamModel>;

const deadlineMs = 5_000;
const freshMs = 10_000;
const staleMs = 300_000;
const longestList = 4 * 1024 * 1024;

let known: { at: number; models: UpstreamModel[] } | undefined;
let asking: Promise<UpstreamModel[]> | undefined;

/**
 * The models that the model server offers. Asked at most every ten seconds, by one request however many wait for it;
 * while the server does not answer, what it said up to five minutes ago stands.
 *
 * @throws ModelServerDown
 */
export async function listModels(): Promise<UpstreamModel[]> {
  if (known && Date.now() - known.at < freshMs) return known.models;
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  try {
    const models = await asking;
    known = { at: Date.now(), models };
    return models;
  } catch (error) {
    if (known && Date.now() - known.at < staleMs) return known.models;
    throw error;
  }
}

async function ask(): Promise<UpstreamModel[]> {
  const { MODEL_SERVER_URL, MODEL_SERVER_KEY } = env();
  try {
    const response = await fetch(`${MODEL_SERVER_URL}/models`, {
      headers: {
        accept: "application/json",
        ...(MODEL_SERVER_KEY ? { authorization: `Bearer ${MODEL_SERVER_KEY}` } : {}),
      },
      signal: AbortSignal.timeout(deadlineMs),
      redirect: "error",
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    if (text.length > longestList) throw new Error("the list is too long");
    // A model that cannot be read is left out; the others are still there.
    return upstreamList.parse(JSON.parse(text)).data.flatMap((entry) => {
      const model = upstreamModel.safeParse(entry);
      return model.success ? [model.data] : [];
    });
  } catch (error) {
    throw new ModelServerDown("the model server did not list its models", { cause: error });
  }
}
