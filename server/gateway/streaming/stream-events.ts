import { membersOf, withMembers } from "@/server/platform/json/member-places";
import { tryParseJson } from "@/server/platform/json/parse";
import type { MediaRates } from "@/server/platform/settings/models";
import type { Estimate } from "../calls/estimate";
import { Tally } from "../calls/tally";
import { believedUsage, estimatedUsage, isFlood, reportedUsage, type Used, usedUnits } from "../calls/used-tokens";
import type { AnswerReading, EventReading, Members } from "../endpoints/endpoint";
import type { Redact } from "../errors/redact";
import { isError, serverFailure, statusIn } from "../errors/upstream-error";
import type { StreamTranslator } from "../translate/translation";
import { dataOf, errorOf, withData } from "./event-reader";
import { OtherAnswer } from "./relay";

/** Thrown for an event that cannot belong to an answer. */
export class UnusableEvent extends Error {
  override readonly name = "UnusableEvent";
}

/** What is changed in events: the model's name, usage that was added, or the whole event by a translation. */
type Changes = { rename?: string; hasAddedUsage: boolean; redact: Redact; translator?: StreamTranslator | undefined };

/** Reads the events of a stream as they pass, and changes what differs from the program's request. */
export class StreamEvents {
  /** Whether the server has said that nothing more will come. */
  isDone = false;
  /** Whether a part of the answer has arrived. */
  hasChunks = false;
  #hasFinished = false;
  #hasEnded = false;
  #whole: Members | undefined;
  /** The usage so far. When several events state the same member, the last one counts. */
  #said: Record<string, unknown> | undefined;
  #reported: Used | undefined;
  readonly #tally: Tally;
  readonly #reading: EventReading;
  #items = 0;

  constructor(
    readonly reserved: Estimate,
    readonly answers: AnswerReading,
    readonly changes: Changes,
    media: MediaRates = {},
  ) {
    this.#tally = new Tally(media);
    this.#reading = answers.events;
  }

  /** The whole answer, once it is complete, for APIs whose last event repeats it. */
  get whole(): Members | undefined {
    return this.#whole ?? this.changes.translator?.whole;
  }

  /** Whether the stream has come to its end, even if the server did not end it in the agreed way. */
  get isComplete(): boolean {
    return this.isDone || this.#hasFinished;
  }

  /**
   * The usage so far; undefined when nothing was produced, so that an answer that failed before its first token costs
   * nothing.
   */
  get used(): Used | undefined {
    const { units } = this.answers;
    if (units) {
      const hasBegun = this.#items > 0 || this.#tally.tokens > 0 || this.isComplete;
      return hasBegun ? usedUnits(this.#reported, units(this.#items, this.reserved.classes ?? {})) : undefined;
    }
    if (!this.hasChunks || (this.#tally.tokens === 0 && !this.isComplete)) return undefined;
    const estimated = estimatedUsage(this.reserved, this.#tally);
    const believed = believedUsage(this.#reported, estimated);
    const [said, counted] = [believed.usage, estimated.usage];
    // When a stream ends early, the usage that a server states along the way may be older than what it has sent.
    if (this.isComplete || !said || !counted || said.completionTokens >= counted.completionTokens) return believed;
    return { usage: { ...said, completionTokens: counted.completionTokens }, usageSource: "estimated" };
  }

  /**
   * Returns what to send in place of an event: the same bytes, unless something has to change; undefined: nothing.
   *
   * @throws UnusableEvent, or ServerFailure when the event says that the server failed
   */
  pass(event: Buffer): Buffer | undefined {
    const text = event.toString("utf8");
    const data = dataOf(text);
    if (data === undefined || data === "") {
      const error = errorOf(text);
      if (error !== undefined) throw failureIn(error, this.changes.redact);
      return this.changes.translator ? undefined : event;
    }
    if (data.trim() === "[DONE]") {
      this.isDone = true;
      return this.changes.translator ? this.end() : event;
    }
    if (!text.startsWith("data:") && errorEvent.test(text)) throw failureIn(data, this.changes.redact);
    const reading = this.#reading;
    const chunk = parse(data, reading, this.changes.redact);
    if (!this.hasChunks && reading.isOwn?.(chunk) === false) throw new OtherAnswer("events of another API");
    this.hasChunks = true;
    reading.count(chunk, this.#tally);
    if (isFlood(this.#tally.tokens, this.reserved))
      throw new UnusableEvent("the server goes on far beyond what was asked for");
    if (reading.isItem?.(chunk)) this.#items++;
    if (reading.hasFinished(chunk)) this.#hasFinished = true;
    if (reading.isLast?.(chunk)) {
      this.isDone = true;
      this.#whole = reading.holder === undefined ? undefined : (chunk[reading.holder] as Members | undefined);
    }
    const said = reading.usage(chunk);
    if (said) {
      this.#said = { ...this.#said, ...said };
      this.#reported = reportedUsage(this.#said, this.reserved);
    }
    return this.changes.translator
      ? translated(() => this.changes.translator?.chunk(chunk))
      : this.#changed(event, text, data, chunk);
  }

  /**
   * Returns the events with which a translation ends, once the answer is complete; undefined: there is none, or it
   * has ended.
   *
   * @throws UnusableEvent
   */
  end(): Buffer | undefined {
    if (this.#hasEnded) return undefined;
    this.#hasEnded = true;
    return translated(() => this.changes.translator?.end(this.used?.usage ?? undefined));
  }

  /** Returns the event in the form that the program should get; undefined: it is left out. */
  #changed(event: Buffer, text: string, data: string, chunk: Members): Buffer | undefined {
    const { rename, hasAddedUsage } = this.changes;
    const { holder } = this.#reading;
    const { choices, usage } = chunk;
    const hasUsage = typeof usage === "object" && usage !== null;
    // An event that exists only because Atelier requested usage.
    if (hasAddedUsage && hasUsage && !(Array.isArray(choices) && choices.length > 0)) return undefined;
    // Usage before the end is for programs that count along; this program did not ask for it.
    const isUsageAdded = hasAddedUsage && (usage === null || (hasUsage && !this.#reading.hasFinished(chunk)));
    const named = holder === undefined ? chunk : (chunk[holder] as Members | null | undefined);
    const isRenamed = rename !== undefined && typeof named?.model === "string";
    if (!isUsageAdded && !isRenamed) return event;
    const changed = withMembers(data, {
      ...(isUsageAdded && { usage: undefined }),
      ...(isRenamed && renamed(data, holder, rename)),
    });
    return Buffer.from(withData(text, changed));
  }
}

/** Returns the change that gives the model another name, in the event itself or in the object that contains it. */
function renamed(data: string, holder: string | undefined, rename: string): Record<string, string> {
  const model = JSON.stringify(rename);
  if (holder === undefined) return { model };
  const { valueStart = 0, end = 0 } = membersOf(data).findLast(({ name }) => name === holder) ?? {};
  return { [holder]: withMembers(data.slice(valueStart, end), { model }) };
}

function translated(translate: () => string | undefined): Buffer | undefined {
  let text: string | undefined;
  try {
    text = translate();
  } catch (error) {
    if (error instanceof Error) throw new UnusableEvent(`an event cannot be translated: ${error.message}`);
    throw error;
  }
  return text ? Buffer.from(text) : undefined;
}

function parse(data: string, reading: EventReading, redact: Redact): Members {
  let value: unknown;
  try {
    value = tryParseJson(data);
  } catch {
    throw new UnusableEvent("an event is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new UnusableEvent("an event is no object");
  const failure = reading.failure?.(value as Members);
  if (failure !== undefined) throw serverFailure(statusIn(failure), failure, redact);
  if (isError(value)) throw serverFailure(statusIn(value), value, redact);
  return value as Members;
}

const errorEvent = /^event: ?error\r?$/m;

/** Returns the failure that an event states: as the JSON of an error, or as text. */
function failureIn(text: string, redact: Redact) {
  const said = tryParseJson(text) ?? text;
  const body = isError(said) ? said : { error: said };
  return serverFailure(statusIn(body), body, redact);
}
