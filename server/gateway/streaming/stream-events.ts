import type { Estimate } from "../calls/estimate";
import { withMembers } from "../calls/json-members";
import { estimatedUsage, reportedUsage, Tally, type Used } from "../calls/used-tokens";
import { parseJson } from "../errors/answer-error";
import { isError, serverFailure, statusIn } from "../errors/upstream-error";
import { dataOf, errorOf, withData } from "./event-reader";

/** An event of a stream is no event of a chat. */
export class UnusableEvent extends Error {
  override readonly name = "UnusableEvent";
}

type Chunk = { choices?: unknown; usage?: unknown; model?: unknown };

/** Reads the events of a chat's stream as they pass, and changes what is not what the program asked for. */
export class StreamEvents {
  /** The server has said that nothing more comes. */
  isDone = false;
  /** Something of the answer has come. */
  hasChunks = false;
  #hasFinished = false;
  #reported: Used | undefined;
  readonly #tally = new Tally();

  constructor(
    readonly reserved: Estimate,
    readonly changes: { rename?: string; hasAddedUsage: boolean },
  ) {}

  /** The stream has come to its end, whether or not the server said so in the agreed words. */
  get isComplete(): boolean {
    return this.isDone || this.#hasFinished;
  }

  /** What has been used so far; undefined when nothing was produced: an answer that failed before its first token costs nothing. */
  get used(): Used | undefined {
    const { tokens } = this.#tally;
    if (!this.hasChunks || (tokens === 0 && !this.isComplete)) return undefined;
    if (!this.#reported || this.#reported.usageSource === "invalid")
      return this.isComplete && this.#reported ? this.#reported : estimatedUsage(this.reserved, tokens);
    const { usage } = this.#reported;
    // A server that counts along may be behind what it has sent when the stream ends early.
    if (this.isComplete || !usage || usage.completionTokens >= tokens) return this.#reported;
    return { usage: { ...usage, completionTokens: tokens }, usageSource: "estimated" };
  }

  /**
   * What of an event is passed on: the event itself, the same bytes, unless something has to change; undefined: nothing.
   *
   * @throws UnusableEvent, or ServerFailure when it says that the server failed
   */
  pass(event: Buffer): Buffer | undefined {
    const text = event.toString("utf8");
    const data = dataOf(text);
    if (data === undefined || data === "") {
      const error = errorOf(text);
      if (error !== undefined) throw failureIn(error);
      return event;
    }
    if (data.trim() === "[DONE]") {
      this.isDone = true;
      return event;
    }
    if (!text.startsWith("data:") && errorEvent.test(text)) throw failureIn(data);
    const chunk = parse(data);
    const { choices, usage, model } = chunk;
    this.hasChunks = true;
    this.#tally.add(choices);
    if (hasFinish(choices)) this.#hasFinished = true;
    const hasUsage = typeof usage === "object" && usage !== null;
    if (hasUsage) this.#reported = reportedUsage(usage, this.reserved);
    const { rename, hasAddedUsage } = this.changes;
    // What is only there because more was asked for than the program did.
    if (hasAddedUsage && hasUsage && !(Array.isArray(choices) && choices.length > 0)) return undefined;
    const isNullAdded = hasAddedUsage && usage === null;
    const isRenamed = rename !== undefined && typeof model === "string";
    if (!isNullAdded && !isRenamed) return event;
    const changed = withMembers(data, {
      ...(isNullAdded && { usage: undefined }),
      ...(isRenamed && { model: JSON.stringify(rename) }),
    });
    return Buffer.from(withData(text, changed));
  }
}

function parse(data: string): Chunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new UnusableEvent("an event is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new UnusableEvent("an event is no object");
  if (isError(value)) throw serverFailure(statusIn(value), value);
  return value;
}

const errorEvent = /^event: ?error\r?$/m;

/** The failure that an event says in its own words: as the JSON of an error, or as the error itself. */
function failureIn(text: string) {
  const said = parseJson(text) ?? text;
  const body = isError(said) ? said : { error: said };
  return serverFailure(statusIn(body), body);
}

function hasFinish(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some((choice) => typeof (choice as { finish_reason?: unknown } | null)?.finish_reason === "string");
}
