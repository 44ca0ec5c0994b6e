import { z } from "zod";
import { listBounds } from "@/server/platform/json/bounds";
import { readJsonAnswer } from "@/server/platform/json/fetched";
import type { ModelServer, UpstreamModel } from "./client";

const shown = z.object({
  capabilities: z.array(z.string().max(64)).max(64).optional(),
  model_info: z.record(z.string(), z.unknown()).optional(),
});

type Shown = { capabilities?: string[]; context_length?: number };

const deadlineMs = 3_000;
/** The longest description of a model in bytes, including its list of tensors. */
const longestShown = 8 * 1024 * 1024;
const atOnce = 4;
const mostModels = 200;

/** Checks whether a list is Ollama's, which contains only the names of models. */
export function isOllamas(models: UpstreamModel[]): boolean {
  return models.length > 0 && models.length <= mostModels && models.every(({ owned_by }) => owned_by === "library");
}

/** The descriptions that Ollama gave of its models, cached until a model changes. */
export class OllamaModels {
  #shown = new Map<string, Shown>();

  /**
   * Adds the capabilities and the context length to the models of a list. A model without a description is left
   * unchanged.
   */
  async complete(server: Pick<ModelServer, "fetch">, models: UpstreamModel[]): Promise<UpstreamModel[]> {
    const known = new Map<string, Shown>();
    const waiting = [...models];
    const work = async () => {
      for (let model = waiting.shift(); model; model = waiting.shift()) {
        const key = `${model.id} ${model.created}`;
        const found = this.#shown.get(key) ?? (await show(server, model.id).catch(() => undefined));
        if (found) known.set(key, found);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    this.#shown = known;
    return models.map((model) => ({ ...model, ...known.get(`${model.id} ${model.created}`) }));
  }
}

async function show(server: Pick<ModelServer, "fetch">, model: string): Promise<Shown> {
  const response = await server.fetch("../api/show", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model }),
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { capabilities, model_info: info = {} } = shown.parse(await readJsonAnswer(response, listBounds, longestShown));
  const length = Object.entries(info).find(([name]) => name.endsWith(".context_length"))?.[1];
  return {
    ...(capabilities && { capabilities }),
    ...(typeof length === "number" && { context_length: length }),
  };
}
