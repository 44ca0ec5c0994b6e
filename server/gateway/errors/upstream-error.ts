import type { IncomingHttpHeaders } from "node:http";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { tryParseJson } from "@/server/platform/json/parse";
import { failures } from "./answer-error";
import { type ApiError, type Detail, Refusal } from "./errors";
import type { Redact } from "./redact";

const longestMessage = 2_000;
const mostDetails = 20;
const mostSentences = 3;

/** In which ways a failure is not the usual one: see `ServerFailure`. */
type Traits = { isFinal?: boolean; isAnswer?: boolean; cause?: unknown };

/**
 * A model server did not answer a request. `why` says so in a word, for the ledger and the answer's header. `isFinal`: no other server is
 * asked, since it would say the same or has been worked for already. `isAnswer`: the server itself said so. `isServerDown`: others are
 * asked first for a while.
 */
export class ServerFailure extends Refusal {
  readonly isFinal: boolean;
  readonly isAnswer: boolean;

  constructor(
    error: ApiError,
    readonly why: string,
    { isFinal = false, isAnswer = false, cause }: Traits = {},
  ) {
    super(error, { cause });
    this.isFinal = isFinal;
    this.isAnswer = isAnswer;
  }

  get isServerDown(): boolean {
    return ["no_connection", "502", "503"].includes(this.why) || this.error.code === "insufficient_quota";
  }

  /** The same failure, after which no other server is asked. */
  asFinal(): ServerFailure {
    return new ServerFailure(this.error, this.why, { isFinal: true, isAnswer: this.isAnswer, cause: this.cause });
  }
}

/** What a server says of an error, as far as it can be read, in whichever dialect. */
type Said = { message?: string; type?: string; code?: string; param?: string; detail?: Detail[] };

/**
 * Reads the error that a model server answered with: its status, `code`, `type`, `param`, message, the details of a validation and
 * `Retry-After` stay what they are; its addresses, keys, headers and other members do not pass. Where it names no code, what is known of it
 * does: `context_length_exceeded`, `content_filter`, `insufficient_quota`, `model_loading`.
 *
 * @param status of the answer, or of the event of a stream (`statusIn`)
 * @param body the value that its JSON has; undefined when it has none
 * @param redact of the server (`redactorOf`)
 */
export function serverFailure(
  status: number,
  body: unknown,
  redact: Redact,
  headers: IncomingHttpHeaders = {},
): ServerFailure {
  const said = readSaid(body, redact);
  const why = String(status);
  if (status < 400 || status > 599) return new ServerFailure(failures.failed, why, { isFinal: true, isAnswer: true });
  const known = kindOf(status, said);
  if (status === 401 || status === 407 || (status === 403 && known !== "content_filter" && isAboutKey(said)))
    return new ServerFailure(failures.refused, why, { isFinal: true, isAnswer: true });
  const usual = usualError(status);
  const { message = usual.message, param, detail } = said;
  const isQuota = known === "insufficient_quota";
  const isFinal =
    known !== undefined ? known !== "model_loading" : !(status === 429 || (status >= 500 && status !== 501));
  const retryAfter = retryAfterIn(headers) ?? (isQuota ? undefined : usual.retryAfter);
  const isHopeless = headers["x-should-retry"] === "false" || (known !== undefined && known !== "model_loading");
  const error: ApiError = {
    status: status as ContentfulStatusCode,
    message,
    type: said.type ?? (isQuota ? "insufficient_quota" : usual.type),
    code: said.code ?? known ?? usual.code,
    ...(param !== undefined && { param }),
    ...(detail && { detail }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(isHopeless && { shouldRetry: false }),
  };
  return new ServerFailure(error, why, { isFinal, isAnswer: true });
}

/**
 * Returns what the body of an error is read as: its JSON, or as the message of a 4xx a plain text, which servers written in Rust say in it what is wrong
 * with a field. What proxies say of themselves is not for clients.
 */
export function errorIn(status: number, said: string, { "content-type": type = "" }: IncomingHttpHeaders): unknown {
  const isPlain = status < 500 && /^text\/plain\s*(;|$)/i.test(type);
  return tryParseJson(said) ?? (isPlain && !/^\s*</.test(said) ? { message: said.trim() } : undefined);
}

/** Checks whether the JSON of an answer of status 200, or of an event, says that there was an error. */
export function isError(body: unknown): boolean {
  const { error, object } = asObject(firstOf(body));
  return object === "error" || (typeof error === "string" && error !== "") || Object.keys(asObject(error)).length > 0;
}

/** Returns the status that an error within an answer of status 200 stands for: the number it has as `code` or `status`, or 502. */
export function statusIn(body: unknown): number {
  const { error, code, status } = asObject(firstOf(body));
  const nested = asObject(error);
  const found = [nested.code, nested.status, nested.status_code, code, status].map(Number);
  return found.find((each) => each >= 400 && each <= 599) ?? 502;
}

function readSaid(body: unknown, redact: Redact): Said {
  const root = asObject(firstOf(body));
  // Google's has its error in a list, Cloudflare's a list of errors.
  const nested = asObject(firstOf(root.error ?? root.errors));
  const detail = [root.detail, asObject(root.message).detail, nested.detail, asObject(nested.message).detail]
    .map((each) => readDetail(each, redact))
    .find((each) => each.length > 0);
  const sentences = [nested.message, root.error, root.message, root.detail, asObject(root.message).detail];
  const message = [...sentences, firstOf(root.error), root.Message, root.title]
    .map(text)
    .find((each) => each !== undefined);
  const param = word(nested.param ?? root.param, redact) ?? (detail && fieldOf(detail[0]));
  const ownType = root.error_type ?? (root.type === "error" ? undefined : root.type);
  const type = word(nested.type ?? ownType ?? (typeof nested.status === "string" ? nested.status : undefined), redact);
  const code = codeIn(nested.code ?? root.code ?? root.error_code, redact);
  const sentence = message ?? (detail && sentenceOf(detail));
  return {
    ...(sentence !== undefined && { message: redact(sentence).slice(0, longestMessage) }),
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param && { param }),
    ...(detail && { detail }),
  };
}

/** Returns the details of a validation as FastAPI gives them; what the program sent is not repeated. */
function readDetail(value: unknown, redact: Redact): Detail[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, mostDetails).flatMap((each) => {
    const { type, loc, msg } = asObject(each);
    if (!Array.isArray(loc) || typeof msg !== "string") return [];
    const path = loc.slice(0, mostDetails).filter((part) => typeof part === "string" || typeof part === "number");
    return {
      type: word(type, redact) ?? "invalid_request",
      loc: path.map((part) => (typeof part === "string" ? redact(part).slice(0, 200) : part)),
      msg: redact(msg).slice(0, longestMessage),
    };
  });
}

/** Returns the name of a field without where it stood: `messages.0.content`. */
function fieldOf(detail: Detail | undefined): string {
  const [first, ...rest] = detail?.loc ?? [];
  return (first === "body" || first === "query" ? rest : (detail?.loc ?? [])).join(".");
}

function sentenceOf(detail: Detail[]): string {
  const sentences = detail.slice(0, mostSentences).map((each) => [fieldOf(each), each.msg].filter(Boolean).join(": "));
  const more = detail.length - sentences.length;
  return sentences.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

type Kind = "content_filter" | "context_length_exceeded" | "insufficient_quota" | "model_loading";

const kinds: [Kind, names: RegExp, sentences: RegExp][] = [
  [
    "insufficient_quota",
    /^(insufficient_quota|insufficient_balance|billing_hard_limit_reached|budget_exceeded|credits_exhausted)$/,
    /exceeded your current quota|budget has been exceeded|exceeded ?budget|insufficient (balance|credits|funds)|billing hard limit/i,
  ],
  [
    "context_length_exceeded",
    /^(context_length_exceeded|exceed_context_size_error|context_window_exceeded|max_context_length_exceeded)$/,
    /maximum context length|exceed\w* (?:the |model'?s? |available |max(?:imum)? )*(?:context|number of tokens)|context ?(?:window|length|size|limit) ?(?:is |was )?exceed|longer than the maximum model length|max_new_tokens\W* must be <=|prompt is too long|input tokens exceed/i,
  ],
  [
    "content_filter",
    /^(content_filter|content_policy_violation|responsibleaipolicyviolation|moderation_blocked|content_moderation)$/i,
    /content management policy|content[ _-]?(filter|policy)|input was flagged|requires moderation|moderation (block|filter)/i,
  ],
];

/** Returns what kind of error it is, by its names first and by its sentence where it has none of these. */
function kindOf(status: number, { code, type, message = "" }: Said): Kind | undefined {
  const names = [code, type].filter((each) => each !== undefined);
  const named = kinds.find(([, pattern]) => names.some((name) => pattern.test(name)));
  if (named) return named[0];
  if (status === 402) return "insufficient_quota";
  if (status === 503 && /\bloading\b|being loaded|not (?:yet )?loaded/i.test(message)) return "model_loading";
  return kinds.find(([, , sentences]) => sentences.test(message))?.[0];
}

const aboutKey = /auth|api[ _-]?key|credential|\btoken\b.*(invalid|expired|missing)|^forbidden\.?$|^access denied\.?$/i;

/**
 * Checks whether a 403 is about the key that Atelier shows, and so about nothing that the client can do; one that says nothing
 * is taken for that.
 */
function isAboutKey({ code, type, message }: Said): boolean {
  return message === undefined || [code, type, message].some((each) => each !== undefined && aboutKey.test(each));
}

type Usual = Pick<ApiError, "message" | "type" | "code"> & { retryAfter?: number };

/** Returns what is said of a status where the server says nothing that can be read. */
function usualError(status: number): Usual {
  if (status === 429) return failures.busy;
  if (status === 503) return failures.unavailable;
  if (status === 504) return failures.slow;
  if (status >= 500) return failures.failed;
  const common = { message: "The model server refused the request.", code: "model_server_refused_request" };
  if (status === 402) return { ...common, type: "insufficient_quota" };
  return { ...common, type: status === 403 ? "permission_error" : "invalid_request_error" };
}

/** Returns what the server says of when to ask again: a date as one, seconds as whole ones, also where it has them in milliseconds or parts. */
function retryAfterIn({ "retry-after": given, "retry-after-ms": inMs }: IncomingHttpHeaders): string | undefined {
  const value = given?.trim() ?? "";
  const milliseconds = typeof inMs === "string" ? inMs.trim() : "";
  if (/^\d{1,9}$/.test(value)) return value;
  if (/^\d{1,9}\.\d{1,9}$/.test(value)) return String(Math.ceil(Number(value)));
  // In one of the three forms that HTTP has, and as the one that all clients read.
  if (/^[A-Z][a-z]{2,8},? [\w :-]{10,40}$/.test(value) && !Number.isNaN(Date.parse(value)))
    return new Date(/ GMT$/.test(value) ? value : `${value} GMT`).toUTCString();
  return /^\d{1,12}(?:\.\d{1,9})?$/.test(milliseconds) ? String(Math.ceil(Number(milliseconds) / 1_000)) : undefined;
}

/** Returns a code that says something: a status is none. */
function codeIn(value: unknown, redact: Redact): string | undefined {
  const code = typeof value === "number" ? String(value) : word(value, redact);
  return code === undefined || /^[1-5]\d\d$/.test(code) ? undefined : code;
}

/** Returns a name in a server's error; some write that there is none as "None". */
function word(value: unknown, redact: Redact): string | undefined {
  if (typeof value !== "string" || !/^[\x20-\x7e]{1,200}$/.test(value)) return undefined;
  const found = redact(value).trim();
  return found === "" || /^(none|null|undefined)$/i.test(found) ? undefined : found;
}

/** Returns the first of a list; anything else as it is. */
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const text = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value : undefined);

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
