import { type Capabilities, capabilityNames } from "@/server/platform/settings/models";
import type { UpstreamModel } from "./client";

type Capability = keyof Capabilities;

/** The words in lists for the purpose or the capabilities of a model, with their meanings. Other words are ignored. */
const words = new Map<string, readonly Capability[]>();
const say = (meaning: readonly Capability[], ...all: string[]) => {
  for (const word of all) words.set(word, meaning);
};
say(["completion_chat"], "chat", "chat-completion", "completion", "completions", "text-generation", "llm", "generate");
say(["completion_chat", "vision"], "vlm", "image-text-to-text");
say(["completion_fim"], "fim", "insert", "completion-fim");
say(["function_calling"], "tools", "tool-use", "function-calling");
say(["vision"], "vision", "multimodal");
say(["reasoning"], "reasoning", "thinking");
say(["embeddings"], "embed", "embedding", "embeddings", "feature-extraction", "sentence-similarity", "text-embedding");
say(["rerank"], "rerank", "reranker", "reranking", "text-ranking", "score");
say(["audio_transcription"], "transcription", "automatic-speech-recognition", "speech-to-text", "stt", "asr");
say(["audio_transcription"], "audio-transcription", "audio-transcriptions");
say(["audio_speech"], "tts", "text-to-speech", "audio-speech", "speech");
say(["moderation"], "moderation", "moderations");
say(["classification"], "classification", "classify", "text-classification");
say(["ocr"], "ocr");
say([], "image", "image-generation", "text-to-image", "audio", "video");

/** A model with one of these capabilities that is not listed for chat cannot chat. */
const kinds: readonly Capability[] = [
  "embeddings",
  "rerank",
  "audio_transcription",
  "audio_speech",
  "moderation",
  "classification",
  "ocr",
];

/** Parts of the names of models that cannot chat. */
const namesOfOthers =
  /(^|[^a-z0-9])(whisper|embed|embeddings?|rerank|reranker|colbert|bge|e5|gte|minilm|tts|stt|asr|transcribe|parakeet|kokoro|moderation|ocr|dall|diffusion)([^a-z0-9]|$)/;

/** The fields of a list that contain such words. */
const members = [
  "capabilities",
  "type",
  "task",
  "tasks",
  "mode",
  "pipeline_tag",
  "endpoints",
  "supported_endpoints",
  "supported_parameters",
];

/**
 * Returns the capabilities of a model in its server's list: from the object of Mistral's and Azure's lists, from the
 * words of llama.cpp, Ollama, LM Studio, Together, LiteLLM and others, and from the modalities of OpenRouter's. If
 * nothing is stated about chat, a name like `whisper` or `rerank` means that the model cannot chat. Unknown
 * capabilities are missing.
 */
export function capabilitiesSaid(model: UpstreamModel): Capabilities {
  const said: Capabilities = {};
  const found = members.flatMap((name) => wordsIn(model[name])).flatMap((word) => (words.has(word) ? [word] : []));
  for (const word of found) for (const capability of words.get(word) ?? []) said[capability] = true;
  const isOther = found.some((word) => words.get(word)?.length === 0) || kinds.some((kind) => said[kind]);
  readModalities(model.architecture, said);
  readObject(model.capabilities, said);
  if (said.completion_chat === undefined && (isOther || namesOfOthers.test(model.id.toLowerCase())))
    said.completion_chat = false;
  return said;
}

function wordsIn(value: unknown): string[] {
  if (typeof value === "string") return [plain(value)];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string").map(plain) : [];
}

/** Normalises a word: "/v1/chat/completions" and "chat_completion" become "chat-completion". */
const plain = (word: string) =>
  word
    .toLowerCase()
    .replace(/^\/?(v\d+\/)?/, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^chat-completions$/, "chat-completion");

function readModalities(architecture: unknown, said: Capabilities): void {
  if (typeof architecture !== "object" || architecture === null) return;
  const { input_modalities: input, output_modalities: output } = architecture as Record<string, unknown>;
  if (Array.isArray(input)) Object.assign(said, { vision: input.includes("image"), audio: input.includes("audio") });
  if (Array.isArray(output)) said.completion_chat = output.includes("text");
}

/** Reads an object with Mistral's names, or Azure's where they differ. */
function readObject(value: unknown, said: Capabilities): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { chat_completion, fine_tune, ...named } = value as Record<string, unknown>;
  const all = new Map<string, unknown>(
    Object.entries({ completion_chat: chat_completion, fine_tuning: fine_tune, ...named }),
  );
  for (const name of capabilityNames) {
    const is = all.get(name);
    if (typeof is === "boolean") said[name] = is;
  }
}
