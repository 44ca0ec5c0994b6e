import type { MediaRates } from "@/server/platform/settings/models";
import type { Estimate } from "../calls/estimate";
import { withMembers } from "../calls/json-members";
import { Tally } from "../calls/tally";
import { usageIn } from "../calls/usage-dialects";
import { believedUsage, estimatedUsage, reportedUsage, type Used } from "../calls/used-tokens";
import { dataOf, withData } from "./event-reader";

/** An event of a stream is no event of a chat, or says that the server failed. */
export class UnusableEvent extends Error {
  override readonly name = "UnusableEvent";
}

type Chunk = { choices?: unknown; usage?: unknown; model?: unknown; error?: unknown };

/** Reads the events of a chat's stream as they pass, and changes what is not what the program asked for. */
export class StreamEvents {
  /** The server has said that nothing more comes. */
  isDone = false;
  #hasFinished = false;
  #hasChunks = false;
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

  /** What has been used so far; undefined when nothing was produced. */
  get used(): Used | undefined {
    if (!this.#hasChunks) return undefined;
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
   * @throws UnusableEvent
   */
  pass(event: Buffer): Buffer | undefined {
    const text = event.toString("utf8");
    const data = dataOf(text);
    if (data === undefined || data === "") return event;
    if (data.trim() === "[DONE]") {
      this.isDone = true;
      return event;
    }
    const chunk = parse(data);
    const { choices, usage, model } = chunk;
    this.#hasChunks = true;
    this.#tally.add(choices);
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
  const chunk: Chunk = value;
  if (chunk.error !== undefined && chunk.error !== null && !Array.isArray(chunk.choices))
    throw new UnusableEvent("an event says that the server failed");
  return chunk;
}

function hasFinish(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some((choice) => typeof (choice as { finish_reason?: unknown } | null)?.finish_reason === "string");
}
