import { z } from "zod";
import { AddressRefused } from "@/server/platform/allowed-addresses";
import type { Guard } from "@/server/platform/guarded-connections";
import { JsonError } from "@/server/platform/json/bounds";
import { TooLong } from "@/server/platform/json/fetched";
import type { ModelServerSettings } from "@/server/platform/settings/model-servers";
import { capabilitiesOf, mayChat } from "../cards";
import { ListRefused, listModels, ModelServer, type UpstreamModel } from "../client";
import { whole } from "../source";

/**
 * Thrown when a provider does not work with the entered settings: the field with the problem, and a sentence for the
 * person who entered it.
 */
export class ProbeFailed extends Error {
  override readonly name = "ProbeFailed";
  constructor(
    readonly field: "address" | "key" | "models",
    readonly sentence: string,
  ) {
    super(sentence);
  }
}

/** Above this number of listed models, the offered ones must be entered. */
const mostListed = 5_000;
const callDeadlineMs = 15_000;

/**
 * Tests a provider: requests its list of models, and one token from one of them. Takes at most 20 seconds.
 *
 * @returns its answer, as a sentence
 * @throws ProbeFailed
 */
export async function probe(settings: ModelServerSettings, guard: Guard): Promise<string> {
  const server = new ModelServer(settings, whole, guard);
  const { models: stated } = settings;
  const listed = await listModels(server).catch((error) => {
    // Some servers have no list; then the models must have been entered.
    if (stated && error instanceof ListRefused && (error.status === 404 || error.status === 405)) return null;
    throw failureOf(error, guard);
  });
  if (listed) checkList(listed, stated);
  const chats = listed?.filter((model) => mayChat(capabilitiesOf(model))).map(({ id }) => id) ?? [];
  const [model] = stated?.map(({ upstream }) => upstream).filter((id) => !listed || chats.includes(id)) ?? chats;
  const count = `It lists ${(listed?.length ?? 0).toLocaleString("en-US")} ${listed?.length === 1 ? "model" : "models"}`;
  const said = listed ? count : "It has no list of models";
  if (model === undefined) return `${said}; none of them chats, so none was called.`;
  return `${said}. ${await callOnce(server, model, guard)}`;
}

function checkList(listed: UpstreamModel[], stated: ModelServerSettings["models"]): void {
  if (listed.length === 0) throw new ProbeFailed("address", "The provider lists no models.");
  if (!stated && listed.length > mostListed)
    throw new ProbeFailed(
      "models",
      `The provider lists ${listed.length.toLocaleString("en-US")} models. Above ${mostListed.toLocaleString("en-US")}, name those that are offered here.`,
    );
  const known = new Set(listed.flatMap(({ id, aliases }) => [id, ...(Array.isArray(aliases) ? aliases : [])]));
  const missing = stated?.find(({ upstream }) => !known.has(upstream));
  if (missing)
    throw new ProbeFailed("models", `The provider does not list the model ${missing.upstream.slice(0, 80)}.`);
}

async function callOnce(server: ModelServer, model: string, guard: Guard): Promise<string> {
  const begun = performance.now();
  const name = model.slice(0, 80);
  try {
    const response = await server.fetch("/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }),
      signal: AbortSignal.timeout(callDeadlineMs),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) throw new ListRefused(response.status);
    if (response.ok) return `${name} answered a call in ${Math.round(performance.now() - begun)} ms.`;
    return `A call to ${name} was answered with the status ${response.status}.`;
  } catch (error) {
    if (error instanceof ListRefused) throw failureOf(error, guard);
    return isTimeout(error)
      ? `${name} did not answer a call within ${callDeadlineMs / 1_000} seconds.`
      : `A call to ${name} was not answered.`;
  }
}

/** Sentences by the code of a connection's error. */
const sentences = new Map(
  Object.entries({
    ENOTFOUND: "No server has this name.",
    EAI_AGAIN: "The name of this server could not be looked up. Try again, or check DNS.",
    ECONNREFUSED: "Nothing listens at this address: the connection was refused.",
    ECONNRESET: "The server ended the connection without an answer.",
    EHOSTUNREACH: "This address cannot be reached from here.",
    ENETUNREACH: "This address cannot be reached from here.",
    ETIMEDOUT: "No connection to this address within 5 seconds.",
    UND_ERR_CONNECT_TIMEOUT: "No connection to this address within 5 seconds.",
    UND_ERR_SOCKET: "The server ended the connection without an answer.",
    EPROTO: "The server does not speak https at this address.",
    ERR_SSL_WRONG_VERSION_NUMBER: "The server does not speak https at this address.",
    ERR_SSL_PACKET_LENGTH_TOO_LONG: "The server does not speak https at this address.",
    ERR_TLS_CERT_ALTNAME_INVALID: "The certificate of this server is for another name.",
    CERT_HAS_EXPIRED: "The certificate of this server has expired.",
    CERT_NOT_YET_VALID: "The certificate of this server is not valid yet.",
    DEPTH_ZERO_SELF_SIGNED_CERT:
      "The certificate of this server is signed by itself. NODE_EXTRA_CA_CERTS can name its authority.",
    SELF_SIGNED_CERT_IN_CHAIN:
      "The certificate of this server is of an unknown authority. NODE_EXTRA_CA_CERTS can name it.",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      "The certificate of this server is of an unknown authority. NODE_EXTRA_CA_CERTS can name it.",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      "The certificate of this server is of an unknown authority. NODE_EXTRA_CA_CERTS can name it.",
  }),
);

export const notAllowed = "This address is on a private network or is one that a cloud keeps for itself. Use another.";

/**
 * Members get one sentence for all of these problems. Otherwise a test would show them which host names exist in the
 * network of this Atelier.
 */
const noPublicName = "This name does not lead to a server on the public internet, or to one that the operators allow.";

function failureOf(error: unknown, { rules }: Guard): ProbeFailed {
  const failed = (sentence: string) => new ProbeFailed("address", sentence);
  if (error instanceof ListRefused) return failureOfStatus(error.status);
  if (isTimeout(error)) return failed("The server did not list its models within 5 seconds.");
  if (error instanceof TooLong || (error instanceof JsonError && error.isExcess))
    return failed("The list of models is longer than 4 MB or too large to read. Check the address.");
  if (error instanceof JsonError || error instanceof z.ZodError)
    return failed("The server answers, but not with a list of models. Does the address end in /v1?");
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isAboutName = cause instanceof AddressRefused || code === "ENOTFOUND" || code === "EAI_AGAIN";
    if (isAboutName && rules().refused.texts.length > 0) return failed(noPublicName);
    if (cause instanceof AddressRefused) return failed(notAllowed);
    const sentence = sentences.get(code ?? "");
    if (sentence) return failed(sentence);
    if (cause.message === "bad port") return failed("This port is one of another service, and is never connected to.");
    if (/redirect/i.test(cause.message)) return failed("The server redirects to another address. Enter that one.");
  }
  return failed("The server could not be asked for its models.");
}

function failureOfStatus(status: number): ProbeFailed {
  if (status === 401 || status === 403) return new ProbeFailed("key", "The server does not accept this key.");
  if (status === 404)
    return new ProbeFailed("address", "There is no list of models here. Does the address end in /v1?");
  return new ProbeFailed("address", `The server answered with the status ${status} when asked for its models.`);
}

function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause.name === "TimeoutError" || cause.name === "AbortError") return true;
  return false;
}
