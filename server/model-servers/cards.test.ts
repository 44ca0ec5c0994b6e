import "@/tests/support/database";
import { afterEach, expect, test, vi } from "vitest";
import { readModels } from "@/server/platform/settings/models";
import { closedUrl, startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { baseModel, mayChat } from "./cards";

const stop: TestServer[] = [];
afterEach(() => Promise.all(stop.splice(0).map((server) => server.close())));

const card = (said: object) => {
  const { capabilities, max_context_length } = baseModel({ id: "m", ...said });
  return { ...capabilities, ...(max_context_length !== undefined && { length: max_context_length }) };
};

test.each<[string, object, object]>([
  ["vLLM", { id: "mistralai/Mistral-7B", owned_by: "vllm", max_model_len: 32_000, parent: null }, { length: 32_000 }],
  ["llama.cpp", { meta: { n_ctx_train: 131_072, n_params: 7 } }, { length: 131_072 }],
  ["llama.cpp, as it was started", { meta: { n_ctx_train: 131_072, n_ctx: 8_192 } }, { length: 8_192 }],
  ["Groq", { context_window: 8_192 }, { length: 8_192 }],
  [
    "Mistral",
    {
      type: "base",
      max_context_length: 131_072,
      capabilities: { completion_chat: true, vision: false, ocr: true, x: true },
    },
    { completion_chat: true, vision: false, ocr: true, length: 131_072 },
  ],
  [
    "Mistral's embeddings",
    { id: "mistral-embed", capabilities: { completion_chat: false } },
    { completion_chat: false },
  ],
  [
    "OpenRouter",
    {
      context_length: 200_000,
      architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
      supported_parameters: ["tools", "temperature", "reasoning"],
    },
    { completion_chat: true, vision: true, audio: false, function_calling: true, reasoning: true, length: 200_000 },
  ],
  ["Together", { type: "rerank" }, { rerank: true, completion_chat: false }],
  ["Together's images", { type: "image" }, { completion_chat: false }],
  ["LM Studio", { type: "vlm", max_context_length: 4_096 }, { completion_chat: true, vision: true, length: 4_096 }],
  ["Infinity", { capabilities: ["embed"] }, { embeddings: true, completion_chat: false }],
  [
    "Azure",
    { capabilities: { chat_completion: false, embeddings: true, fine_tune: false } },
    { completion_chat: false, embeddings: true, fine_tuning: false },
  ],
  ["speaches", { task: "automatic-speech-recognition" }, { audio_transcription: true, completion_chat: false }],
  ["Cohere", { endpoints: ["embed", "chat"] }, { embeddings: true, completion_chat: true }],
  ["nothing", { type: "model" }, {}],
  ["nonsense", { max_model_len: -1, meta: "x", capabilities: 7, architecture: [], context_length: "9" }, {}],
])("%s: the card has what the list says and nothing else", (_, said, expected) => {
  expect(card(said)).toEqual(expected);
});

test.each([
  ...[
    "whisper-1",
    "openai/whisper-large-v3",
    "text-embedding-3-small",
    "nomic-embed-text",
    "BAAI/bge-m3",
    "gpt-4o-mini-tts",
  ],
  ...[
    "BAAI/bge-reranker-v2-m3",
    "jina-reranker-v2",
    "mxbai-rerank-large",
    "multilingual-e5-large",
    "mistral-ocr-latest",
  ],
  ...["omni-moderation-latest", "gpt-4o-transcribe", "dall-e-3", "Qwen3-Embedding-8B"],
])("%s does not say that it chats", (id) => {
  const { capabilities } = baseModel({ id });
  expect([capabilities.completion_chat, mayChat(capabilities)]).toEqual([false, false]);
  // Unless its list or the operator does.
  expect(mayChat(baseModel({ id, capabilities: { completion_chat: true } }).capabilities)).toBe(true);
  expect(mayChat(baseModel({ id }, { model: id, capabilities: { completion_chat: true } }).capabilities)).toBe(true);
});

test.each([
  "mistral-small-latest",
  "llama3:8b",
  "embedded-llama",
  "Voxtral-Mini",
  "gpt-4o",
  "ministral-3b",
  "whisperer",
])("nothing says whether %s chats: it may", (id) => {
  const { capabilities } = baseModel({ id });
  expect([capabilities, mayChat(capabilities)]).toEqual([{}, true]);
});

test("the operator has the last word, on what is stated", () => {
  const stated = { model: "m", contextLength: 9, capabilities: { vision: true } };
  const said = { id: "m", max_model_len: 5, capabilities: { completion_chat: true, vision: false } };
  expect(baseModel(said, stated)).toMatchObject({
    max_context_length: 9,
    capabilities: { completion_chat: true, vision: true },
  });
});

const workspaceId = "0190a1b2-0000-7000-8000-000000000001";

async function catalogueOf(answer: TestServer["answer"], more: Record<string, string> = {}) {
  const server = await startHttpServer(answer);
  stop.push(server);
  vi.resetModules();
  vi.stubEnv("MODEL_SERVER_URL", `${server.url}/v1`);
  for (const [name, value] of Object.entries(more)) vi.stubEnv(name, value);
  const { catalogue } = await import("./catalogue");
  const { firstChatModel } = await import("./first-chat-model");
  return { server, cards: (await catalogue(workspaceId)).cards, firstChatModel };
}

test("llama.cpp says what a model can in a list beside the models", async () => {
  const { cards } = await catalogueOf(() => ({
    body: {
      models: [{ name: "a.gguf", model: "a.gguf", capabilities: ["completion", "multimodal"] }, { name: 7 }],
      object: "list",
      data: [{ id: "a.gguf", object: "model", owned_by: "llamacpp", meta: { n_ctx_train: 4_096 } }],
    },
  }));
  expect(cards).toMatchObject([{ max_context_length: 4_096, capabilities: { completion_chat: true, vision: true } }]);
});

test("Ollama is asked for what its list does not say, once for each model", async () => {
  const shown = { capabilities: ["completion", "tools"], model_info: { "llama.context_length": 8_192 } };
  const { cards, server } = await catalogueOf(({ url, body }) => {
    if (url === "/api/show")
      return JSON.parse(body).model === "llama3:8b" ? { body: shown } : { status: 404, body: { error: "not found" } };
    return {
      body: { data: ["llama3:8b", "gone:1b"].map((id) => ({ id, object: "model", created: 5, owned_by: "library" })) },
    };
  });
  expect(cards).toMatchObject([
    { id: "llama3:8b", max_context_length: 8_192, capabilities: { completion_chat: true, function_calling: true } },
    { id: "gone:1b", capabilities: {} },
  ]);
  expect(server.requests.map(({ url }) => url).sort()).toEqual(["/api/show", "/api/show", "/v1/models"]);
});

test("the first model to chat with is one that is known to, then one that may, and never another", async () => {
  const ids = (...all: object[]) => catalogueOf(() => ({ body: { data: all } }));
  const [whisper, plain, chat] = [{ id: "whisper-1" }, { id: "plain" }, { id: "x", capabilities: ["chat"] }];
  expect(await (await ids(whisper, plain, chat)).firstChatModel(workspaceId)).toBe("x");
  expect(await (await ids(whisper, plain)).firstChatModel(workspaceId)).toBe("plain");
  expect(await (await ids(whisper)).firstChatModel(workspaceId)).toBeNull();
});

test("what the operator says of a model is on its card", async () => {
  const MODELS = JSON.stringify([{ model: "plain", contextLength: 77, capabilities: { completion_chat: false } }]);
  const { cards } = await catalogueOf(() => ({ body: { data: [{ id: "plain" }] } }), { MODELS });
  vi.unstubAllEnvs();
  expect(cards).toMatchObject([{ max_context_length: 77, capabilities: { completion_chat: false } }]);
});

test.each([
  ["[", "MODELS is not JSON"],
  ["{}", "MODELS must be a list of models"],
  ['[{"model":"a","contextLength":0}]', "MODELS entry 1 has no usable contextLength"],
  ['[{"model":"a","capabilities":{"secret":true}}]', "MODELS entry 1 has no usable capabilities"],
  ['[{"model":"a"},{"model":"a"}]', "MODELS has one model twice"],
  [
    '[{"model":"a","secret":1}]',
    "MODELS entry 1 may have model, contextLength, capabilities, imageTokens and audioTokensPerSecond, and nothing else",
  ],
])("MODELS of %s is complained about without what stands there", (MODELS, complaint) => {
  expect(readModels({ MODELS }).complaints).toEqual([complaint]);
});

test("a server that cannot be reached makes no card", async () => {
  vi.resetModules();
  vi.stubEnv("MODEL_SERVER_URL", await closedUrl());
  const { firstChatModel } = await import("./first-chat-model");
  expect(await firstChatModel(workspaceId)).toBeNull();
  vi.unstubAllEnvs();
});
