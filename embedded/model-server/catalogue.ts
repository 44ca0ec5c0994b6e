import { defaultTemperature, maxContextLength } from "./answering/chat";
import { baseModelLoader, baseModels } from "./base-models";
import type { FineTuningFolder } from "./fine-tuning/fine-tuning";
import type { TunedModel } from "./fine-tuning/models/tuned-models";
import { embeddingDimensions } from "./language-model/embedding";
import type { LanguageModel } from "./language-model/language-model";

/** One model in the answer of `/v1/models`. */
interface ModelCard {
  id: string;
  aliases: string[];
  capabilities: Record<string, boolean>;
  [field: string]: unknown;
}

/** The models this server offers, by id or alias. */
export interface Catalogue {
  list(): ModelCard[];
  /** Returns a model's card by id or alias, with that name as its id. */
  card(id: string): ModelCard | undefined;
  /** Returns a model for chat, loaded on first use; undefined: another kind of model, an archived one, or none. */
  chatModel(id: string): Promise<LanguageModel | undefined>;
  /** Whether the id or alias is a base model's, which cannot be changed. */
  isBase(id: string): boolean;
  /** Returns a base model by its id. Throws for any other id. */
  baseModel(id: string): LanguageModel;
  /** Returns the tokenizer of an embedding model; undefined: the id is not one. */
  embeddingTokenizer(id: string): LanguageModel["tokenizer"] | undefined;
}

const embeddingModel = "atelier-embed";
const created = Date.UTC(2026, 10, 24) / 1_000;

/**
 * Returns the base models, the embedding model, and the fine-tuned models of `folder`, if there is one. `dataDir` is
 * where base models are kept that had to be trained because no built ones exist.
 */
export function createCatalogue(dataDir?: string, folder?: () => FineTuningFolder | undefined): Catalogue {
  const load = baseModelLoader(dataDir);
  const cards = [
    ...baseModels.map(({ id, description, canFineTune }) =>
      card(id, description, { completion_chat: true, fine_tuning: canFineTune }),
    ),
    card(embeddingModel, `Hashed subword n-grams in ${embeddingDimensions} dimensions.`, { embeddings: true }),
  ];
  const find = (id: string) => cards.find((candidate) => candidate.id === id || candidate.aliases.includes(id));
  const tuned = () => folder?.()?.current()?.models;
  return {
    list: () => [...cards, ...(tuned()?.list().map(tunedCard) ?? [])],
    card(id) {
      const found = find(id);
      if (!found) {
        const model = tuned()?.get(id);
        return model && tunedCard(model);
      }
      return { ...found, id, aliases: [found.id, ...found.aliases].filter((alias) => alias !== id) };
    },
    async chatModel(id) {
      const found = find(id);
      if (found) return found.capabilities.completion_chat ? load(found.id) : undefined;
      const models = tuned();
      return models?.get(id)?.archived ? undefined : models?.load(id);
    },
    isBase: (id) => find(id) !== undefined,
    baseModel: load,
    embeddingTokenizer: (id) => (find(id)?.id === embeddingModel ? load("atelier-base").tokenizer : undefined),
  };
}

const noCapabilities = {
  completion_chat: false,
  function_calling: false,
  completion_fim: false,
  fine_tuning: false,
  vision: false,
  classification: false,
};

function card(id: string, description: string, capabilities: Record<string, boolean>): ModelCard {
  return {
    id,
    object: "model",
    created,
    owned_by: "atelier",
    type: "base",
    capabilities: { ...noCapabilities, ...capabilities },
    name: id,
    description,
    max_context_length: maxContextLength,
    aliases: [`${id}-latest`],
    deprecation: null,
    default_model_temperature: capabilities.completion_chat ? defaultTemperature : null,
  };
}

function tunedCard({ id, job, root, created, name, description, archived }: TunedModel): ModelCard {
  return {
    ...card(id, description ?? "", { completion_chat: true }),
    created,
    type: "fine-tuned",
    job,
    root,
    archived,
    name,
    description,
    aliases: [],
  };
}
