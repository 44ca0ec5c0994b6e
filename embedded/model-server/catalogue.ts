import { defaultTemperature, maxContextLength } from "./answering/chat";
import { baseModelLoader, baseModels } from "./base-models";
import type { FineTuningFolder } from "./fine-tuning/fine-tuning";
import type { TunedModel } from "./fine-tuning/models/tuned-models";
import { embeddingDimensions } from "./language-model/embedding";
import type { LanguageModel } from "./language-model/language-model";

/** What `/v1/models` says of one model. */
interface ModelCard {
  id: string;
  aliases: string[];
  capabilities: Record<string, boolean>;
  [field: string]: unknown;
}

/** The models this server offers, by id or alias. */
export interface Catalogue {
  list(): ModelCard[];
  /** The card under the id that was asked for, which may be an alias. */
  card(id: string): ModelCard | undefined;
  /** A model that can chat, loaded on first use; undefined for any other id and for archived models. */
  chatModel(id: string): Promise<LanguageModel | undefined>;
  /** Whether the id or alias is a base model's, which cannot be changed. */
  isBase(id: string): boolean;
  /** A base model by its id. Throws on any other. */
  baseModel(id: string): LanguageModel;
  /** Counts tokens for a model that embeds; undefined for any other id. */
  embeddingTokenizer(id: string): LanguageModel["tokenizer"] | undefined;
}

const embeddingModel = "atelier-embed";
const created = Date.UTC(2026, 10, 24) / 1_000;

/**
 * Returns the base models and the embedding model, and the fine-tuned ones of `folder` when there is one. `dataDir`: where a base
 * model trained for want of a built one is kept.
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
