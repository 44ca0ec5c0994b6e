import { tryParseJson } from "@/server/platform/json/parse";
import type { MediaRates } from "@/server/platform/settings/models";
import type { Estimate } from "../calls/estimate";
import { withMembers } from "../calls/json-members";
import { Tally } from "../calls/tally";
import { usageIn } from "../calls/usage-dialects";
import { believedUsage, estimatedUsage, isFlood, reportedUsage, type Used } from "../calls/used-tokens";
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
  /** Members that several events say are each as the last one has them. */
  #said: Record<string, unknown> | undefined;
  #reported: Used | undefined;
  readonly #tally: Tally;

  constructor(
    readonly reserved: Estimate,
    readonly changes: { rename?: string; hasAddedUsage: boolean },
    media: MediaRates = {},
  ) {
    this.#tally = new Tally(media);
  }

  /** The stream has come to its end, whether or not the server said so in the agreed words. */
  get isComplete(): boolean {
    return this.isDone || this.#hasFinished;
  }

  /** What has been used so far; undefined when nothing was produced: an answer that failed before its first token costs nothing. */
  get used(): Used | undefined {
    if (!this.hasChunks || (this.#tally.tokens === 0 && !this.isComplete)) return undefined;
    const estimated = estimatedUsage(this.reserved, this.#tally);
    const believed = believedUsage(this.#reported, estimated);
    const [said, counted] = [believed.usage, estimated.usage];
    // A server that counts along may be behind what it has sent when the stream ends early.
    if (this.isComplete || !said || !counted || said.completionTokens >= counted.completionTokens) return believed;
    return { usage: { ...said, completionTokens: counted.completionTokens }, usageSource: "estimated" };
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
    if (isFlood(this.#tally.tokens, this.reserved))
      throw new UnusableEvent("the server goes on far beyond what was asked for");
    if (hasFinish(choices)) this.#hasFinished = true;
    const hasUsage = typeof usage === "object" && usage !== null;
    const said = usageIn(chunk);
    if (said) {
      this.#said = { ...this.#said, ...said };
      this.#reported = reportedUsage(this.#said, this.reserved);
    }
    const { rename, hasAddedUsage } = this.changes;
    // What is only there because more was asked for than the program did.
    if (hasAddedUsage && hasUsage && !(Array.isArray(choices) && choices.length > 0)) return undefined;
    // Usage before the end is there for programs that count along, and was not asked for by this one.
    const isUsageAdded = hasAddedUsage && (usage === null || (hasUsage && !hasFinish(choices)));
    const isRenamed = rename !== undefined && typeof model === "string";
    if (!isUsageAdded && !isRenamed) return event;
    const changed = withMembers(data, {
      ...(isUsageAdded && { usage: undefined }),
      ...(isRenamed && { model: JSON.stringify(rename) }),
    });
    return Buffer.from(withData(text, changed));
  }
}

function parse(data: string): Chunk {
  let value: unknown;
  try {
    value = tryParseJson(data);
  } catch {
    throw new UnusableEvent("an event is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new UnusableEvent("an event is no object");
  if (isError(value)) throw serverFailure(statusIn(value), value);
  return value;
}

const errorEvent = /^event: ?error\r?$/m;

/** Returns the failure that an event says in its own words: as the JSON of an error, or as the error itself. */
function failureIn(text: string) {
  const said = tryParseJson(text) ?? text;
  const body = isError(said) ? said : { error: said };
  return serverFailure(statusIn(body), body);
}

function hasFinish(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some((choice) => typeof (choice as { finish_reason?: unknown } | null)?.finish_reason === "string");
}
