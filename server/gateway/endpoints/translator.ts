import type { ApiError } from "../errors/errors";

type Members = Record<string, unknown>;

/**
 * Makes a chat completion of a request to another endpoint, for a model server that does not have that endpoint, and that endpoint's answer of
 * the chat's. Keeps nothing between requests. Where the answer is said to be translated, who is charged for what, and which server is asked is
 * not its business.
 */
export type Translator = {
  /**
   * Returns the body of the chat. `model` and, of a stream, `stream_options` are set afterwards.
   *
   * @param body the request's, which is JSON and an object, with a `model` and a boolean `stream` if there is one. Not to be changed.
   * @throws Refusal 422 that names what cannot be translated (`invalid(param, message)`)
   */
  request(body: Members): Members;
  /**
   * Returns the whole answer.
   *
   * @param chat the chat's, which has a list `choices`
   * @throws when that is no answer: the client is told that the server's answer cannot be used
   */
  answer(chat: Members, translation: Translation): Members;
  /** Returns what makes the events of one stream. */
  stream(translation: Translation): StreamTranslator;
};

/** One request that is being translated. */
export type Translation = {
  /** The request's id (`x-request-id`), a UUID: ids of the answer may be made of it. */
  id: string;
  /** The model as the program asked for it, which the answer is to name. */
  model: string;
  /** The request's body. */
  body: Members;
};

/** Makes a stream's events of a chat's. What it returns is the text of whole server-sent events, or "". */
export type StreamTranslator = {
  /**
   * Takes the chat's next event, in their order: with `choices`, with a `usage` that may come with the last choice or after it, or both.
   *
   * @throws when it is no event of a chat
   */
  push(chunk: Members): string;
  /** Called once after the last event, when the answer is complete. */
  end(): string;
  /** Called once instead of `end` when the answer cannot go on. Without it the family's error event is sent. */
  fail?(error: ApiError): string;
};
