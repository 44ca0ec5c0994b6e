import type { IncomingMessage } from "node:http";
import type { Inference } from "@/db/schema/usage";
import type { MemberListener } from "@/server/platform/json/members";
import type { NamePath } from "@/server/platform/json/nesting";
import { invalid } from "../errors/errors";
import { receiveJson } from "./body";
import { type Edit, edited } from "./body-parts";
import { type Media, MediaReader } from "./media-reader";

/** What the gateway has to know of a request; whatever else it says is between the program and the model. */
export type Asked = {
  operation: Inference;
  body: AskedBody;
  model: string;
  isStreamed: boolean;
  /** Whether the program wants to be told the usage at the end of a stream. */
  wantsUsage: boolean;
  /** How many answers. */
  choices: number;
  /** The most tokens that each may have, if the request says; and the parameter that says so. */
  most?: { tokens: number; param: string };
  /** The images, recordings and files in its messages. */
  media: Media[];
  /** Whether the answer is to be spoken. */
  wantsSpeech: boolean;
};

/** What the program sent, and what it can be sent on as. */
type AskedBody = {
  length: number;
  /** The bytes as they came, but for another model's name, and for a stream that usage is asked for of. */
  sent(changes: { model?: string | undefined; addsUsage: boolean }): Buffer[];
  /** Has the bytes forgotten, once they are not sent again. */
  release(): void;
};

const mostChoices = 128;

/** The members that are understood, and the bytes that each may have. */
const understood = new Map([
  ["model", 1_024],
  ["stream", 64],
  ["stream_options", 4_096],
  ["max_tokens", 64],
  ["max_completion_tokens", 64],
  ["n", 64],
  ["modalities", 256],
]);

type Found = { from: number; to: number; value: unknown };

/** Reads a chat or an embeddings request as it comes. Refuses with 415, 413, 422, 408, 429 and 503, as `receiveJson` does. */
export async function readRequest(operation: Inference, incoming: IncomingMessage, whose: string): Promise<Asked> {
  const reader = new RequestReader();
  const body = await receiveJson(incoming, whose, reader);
  try {
    return {
      operation,
      ...readMembers(operation, reader.found),
      media: operation === "chat" ? reader.media.found : [],
      body: sendable(body, reader),
    };
  } catch (error) {
    body.release();
    throw error;
  }
}

function readMembers(
  operation: Inference,
  found: ReadonlyMap<string, Found>,
): Omit<Asked, "operation" | "body" | "media"> {
  const valueFor = (name: string) => found.get(name)?.value;
  const model = valueFor("model");
  const stream = valueFor("stream");
  const options = valueFor("stream_options");
  const modalities = valueFor("modalities");
  if (typeof model !== "string" || model === "") throw invalid("model", "model must be the id of a model.");
  const isChat = operation === "chat";
  if (stream !== undefined && stream !== null && typeof stream !== "boolean")
    throw invalid("stream", "stream must be true or false.");
  if (options !== undefined && options !== null && (typeof options !== "object" || Array.isArray(options)))
    throw invalid("stream_options", "stream_options must be an object.");
  if (!isChat && stream === true) throw invalid("stream", "Embeddings are not streamed.");
  const most = isChat ? mostTokens(valueFor) : undefined;
  return {
    model,
    isStreamed: stream === true,
    wantsUsage: (options as { include_usage?: unknown } | null | undefined)?.include_usage === true,
    choices: isChat ? (positive("n", valueFor("n"), mostChoices) ?? 1) : 1,
    ...(most && { most }),
    wantsSpeech: isChat && Array.isArray(modalities) && modalities.includes("audio"),
  };
}

/**
 * The larger of both names for the same, since model servers do not agree on which of them counts. -1 is llama.cpp's word for no limit, which is
 * then what holds.
 */
function mostTokens(valueFor: (name: string) => unknown): Asked["most"] {
  let most: Asked["most"];
  for (const param of ["max_completion_tokens", "max_tokens"] as const) {
    const value = valueFor(param);
    const tokens = value === -1 ? Number.POSITIVE_INFINITY : positive(param, value, Number.MAX_SAFE_INTEGER);
    if (tokens !== undefined && tokens > (most?.tokens ?? 0)) most = { tokens, param };
  }
  return most?.tokens === Number.POSITIVE_INFINITY ? undefined : most;
}

function positive(param: string, value: unknown, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
    throw invalid(param, `${param} must be a whole number of at least 1.`);
  if (value > most) throw invalid(param, `${param} must be at most ${most}.`);
  return value;
}

/** Finds what is understood of a request while it comes. */
class RequestReader implements MemberListener {
  readonly found = new Map<string, Found>();
  readonly media = new MediaReader();
  readonly strings = MediaReader.strings;
  #name = "";

  /**
   * Some JSON readers take the first of two members with one name, some the last, and some do not care about upper and lower case. What the
   * gateway checks and counts must be what the model server reads.
   */
  onMember(name: string | undefined): number {
    if (name === undefined) return 0;
    // Both ways, so that letters which are another's other case, like the long s, are found too.
    const folded = name.toUpperCase().toLowerCase();
    const most = understood.get(folded);
    if (most === undefined) return 0;
    if (name !== folded) throw invalid(folded, `Write ${folded} in lower case.`);
    if (this.found.has(name)) throw invalid(name, `${name} is there twice.`);
    this.#name = name;
    return most;
  }

  onValue(from: number, to: number, _: number, value: unknown): void {
    if (value !== undefined) this.found.set(this.#name, { from, to, value });
  }

  onString(path: NamePath, bytes: number, head: string): void {
    this.media.onString(path, bytes, head);
  }

  onObject(path: NamePath): void {
    this.media.onObject(path);
  }
}

function sendable(body: Awaited<ReturnType<typeof receiveJson>>, { found }: RequestReader): AskedBody {
  let parts: Buffer[] | undefined = body.parts;
  return {
    length: body.length,
    sent({ model, addsUsage }) {
      if (!parts) throw new Error("the body of a request was forgotten and is to be sent again");
      const edits: Edit[] = [];
      const replace = (name: string, value: unknown) => {
        const at = found.get(name);
        if (at) edits.push({ ...at, bytes: Buffer.from(JSON.stringify(value)) });
      };
      if (model !== undefined) replace("model", model);
      if (addsUsage) {
        const options = found.get("stream_options")?.value;
        // Usage with every event is part of the usage that the program did not ask for.
        const { continuous_usage_stats: _, ...others } = (options ?? {}) as Record<string, unknown>;
        const withUsage = { ...others, include_usage: true };
        if (found.has("stream_options")) replace("stream_options", withUsage);
        else edits.push(insertion(parts, `"stream_options":${JSON.stringify(withUsage)},`));
      }
      return edited(
        parts,
        edits.toSorted((one, other) => one.from - other.from),
      );
    },
    release() {
      parts = undefined;
      body.release();
    },
  };
}

/** A member more, before the others; the object has some. */
function insertion(parts: readonly Buffer[], text: string): Edit {
  let from = 1;
  for (const part of parts) {
    const brace = part.indexOf("{");
    if (brace >= 0) {
      from += brace;
      break;
    }
    from += part.length;
  }
  return { from, to: from, bytes: Buffer.from(text) };
}
