import type { Used } from "@/server/usage/cost";
import type { ApiError } from "../errors/errors";
import type { Members } from "./members";

/** What an answer says of itself that no model server knows. `id`: the hexadecimal digits of the request's; `created`: Unix seconds. */
export type AnswerIdentity = { requestId: string; id: string; model: string; created: number };

/** Turns the chunks of a chat's stream into the events of another API, as text of server-sent events. */
export interface StreamTranslator {
  /** Returns the events that a chunk causes: always some for the first one. */
  chunk(chunk: unknown): string;
  /** Returns the events that end a complete answer. */
  end(used: Used | undefined): string;
  /** All that was said, as it would have been answered without a stream, once `end` was called; where the API's stream repeats that. */
  readonly whole?: Members | undefined;
  /** Returns the events that end an answer which broke off, after whatever was sent of it. */
  fail(error: ApiError): string;
}

/** A request of another API as a request for chat completions, and how its answer is translated back. */
export type TranslatedRequest = {
  /** The body for `/chat/completions`. */
  chat: Members;
  /** The fields that the chat request is without, though the answer is useful without them. */
  leftOut: string[];
  answer(completion: Members, used: Used | undefined, identity: AnswerIdentity): Members;
  stream(identity: AnswerIdentity): StreamTranslator;
};

/**
 * Translates the body of a request, in work that yields (`server/platform/turns.ts`): it may have ten thousands of messages.
 *
 * @throws Refusal 400 for what chat completions cannot express, and for what is not as the API documents it
 */
export type TranslateRequest = (body: Members, keeping?: Keeping) => Generator<undefined, TranslatedRequest>;

/** A request in the words of one kind of model server, and how its answer is translated back. It is not streamed. */
export type NativeRequest = {
  body: Members;
  /** The member that is a list of texts, of which some servers take a part at a time. */
  texts: string;
  /** The fields that it is without, though the answer is useful without them. */
  leftOut: string[];
  /** @throws Error when it is no answer */
  answer(said: unknown, used: Used | undefined, identity: AnswerIdentity): Members;
};

/** Whether the answer is kept, and which one it goes on from: what it says of itself. */
export type Keeping = { isStored: boolean; previousId: string | null };

/** Writes a server-sent event whose data name their own type. */
export function eventText(event: Members & { type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
