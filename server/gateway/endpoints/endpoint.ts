import type { KeyScope } from "@/server/access/key-scopes";
import type { OfferedModel } from "@/server/model-servers/catalogue";
import type { EndpointName } from "@/server/platform/settings/endpoints";
import type { ClassCounts } from "@/server/usage/classes";
import type { Estimate } from "../calls/estimate";
import type { MediaPlaces } from "../calls/media-reader";
import type { Asked } from "../calls/request";
import type { Tally } from "../calls/tally";
import type { ModelUser } from "../door/allowed-models";
import type { FailureEvent, Family } from "../errors/families";
import type { NativeRequest, TranslateRequest } from "../translate/translation";

export type Members = Record<string, unknown>;

/**
 * An endpoint of `/v1` that a model works on. All endpoints are processed by `complete` in the same order: address,
 * key, scope, limits, room for the body, model, reservation, model server, settlement. A row only describes how they
 * differ.
 */
export type Endpoint = {
  /** Its name in the ledger, in the metrics, and in `endpoints` of MODEL_SERVERS. */
  name: EndpointName;
  /** Its path, with `/v1`, as in the address of a model server. */
  path: string;
  scope: KeyScope;
  /** The client family in whose format its errors are. */
  family: Family;
  reads: RequestReading;
  /** Returns the most that a request may use, before it is known what it used. */
  estimate(asked: Asked, model: Pick<OfferedModel, "contextLength" | "media">): Estimate;
  answers: AnswerReading;
  /** Writes the event that ends a stream which cannot go on. */
  failureEvent: FailureEvent;
  /** Headers of the client that are passed on to the server besides `Accept` and `Content-Type`. */
  passes?: readonly string[];
  /** The header in which the server wants its key besides `Authorization`. */
  keyHeader?: "x-api-key";
  /** Translates its requests to chats, for servers that lack this endpoint. */
  translate?: TranslateRequest;
  /** Another form of the endpoint on some servers, which is tried when a server lacks its path. */
  native?: NativeForm;
  /**
   * Inserts what a request refers to, and says how its answer is kept. `answeredBy` returns the id of the model that
   * answers, once that is known.
   */
  continues?(asked: Asked, user: ModelUser, answeredBy: () => string): Promise<Asked>;
  /** Makes an answer when no server has the endpoint. */
  answerWithout?(asked: Asked, model: Pick<OfferedModel, "contextLength" | "media">): Members;
  /** A title and a sentence for the documents. */
  title: string;
  text: string;
};

/**
 * Another form of an endpoint. `path` begins at `/v1`; `texts` is the member of the request that becomes its list of
 * texts.
 */
export type NativeForm = {
  path: `../${string}`;
  texts: string;
  translate(body: Members): NativeRequest;
  answers: AnswerReading;
};

/** How a request is read. */
export type RequestReading = {
  kind: "json" | "form";
  /** The members that are read, with the most bytes of each. Each may occur once, in lower case. */
  members: ReadonlyMap<string, number>;
  /** The members in which its images, recordings and files are. */
  media?: MediaPlaces;
  /** The member that is one question, or a list of questions that are each answered. */
  questions?: string;
  /**
   * The member that is a text, or a list of texts of which some servers accept a part at a time. The answer has one
   * object per text.
   */
  texts?: string;
  /** The members that are texts, or lists of texts, which the model reads in pairs. */
  pairs?: ReadonlySet<string>;
  /**
   * Reads these members.
   *
   * @throws Refusal 422 when one is invalid
   */
  read(valueFor: (name: string) => unknown, size: BodySize): Reading;
  /** Members that are sent with these values, whatever the program sent. */
  sends?: Readonly<Members>;
};

/**
 * The size of the whole body in bytes, and for a form the format of its first file, as far as the name or type of the
 * file says.
 */
export type BodySize = { bytes: number; format: string | undefined };

/** The contents of a request's members. */
export type Reading = {
  isStreamed: boolean;
  /** Whether its stream contains usage without `stream_options`. */
  wantsUsage: boolean;
  /** The number of requested answers. */
  choices: number;
  /** The most tokens of each answer, if the request states that, and the parameter that does. */
  most?: { tokens: number; param: string } | undefined;
  /** Whether the answer should be spoken. */
  wantsSpeech: boolean;
  /** The earlier answer that it continues, and whether its own answer may be kept. */
  kept?: { previousId?: string; isStored: boolean };
  /** The requested units: seconds of audio, images, spoken characters, pages. */
  units?: ClassCounts;
};

/** How an answer is read: whether it is usable, and what it used. The answer itself is passed on unchanged. */
export type AnswerReading = {
  /** A whole answer must have one of these lists; if there are none here, any object is an answer. */
  lists: readonly string[];
  /** Whether servers that do not stream here answer at once even if a stream was requested. */
  mayBeWhole?: true;
  /** Whether an answer may be something other than JSON, which is passed on as it arrives. */
  mayBeBytes?: true;
  /** Whether an answer may be a list instead of an object. */
  mayBeList?: true;
  /** The header with its tokens, when the answer does not state them. */
  tokensHeader?: string;
  /** False: a whole answer with a member `error` is that error, whatever else it contains. */
  mayHaveError?: false;
  /** Whether it is free, whatever it states. */
  isFree?: boolean;
  /** Counts what the model produced, for a whole answer without usage. */
  count(answer: Members, tally: Tally): void;
  /**
   * Returns the units that Atelier knows without the server; they count unless the server states others. An answer
   * that is counted in units has no tokens unless the server states some.
   *
   * @param items the number of objects in the list `itemsOf`, or of events of a stream that were items
   * @param asked the units that were reserved
   */
  units?(items: number, asked: ClassCounts): ClassCounts;
  itemsOf?: string;
  events: EventReading;
};

/** How the events of a stream are read. */
export type EventReading = {
  /** Checks whether an event belongs to this API, when events of another API could be mistaken for it. */
  isOwn?(event: Members): boolean;
  /** Counts what the model produced in this event. */
  count(event: Members, tally: Tally): void;
  /** Returns the usage that an event states. A later event replaces what an earlier one stated. */
  usage(event: Members): Members | undefined;
  /** Returns the error that an event is, in a form that `serverFailure` reads. */
  failure?(event: Members): unknown;
  /** Checks whether the answer is complete with this event. */
  hasFinished(event: Members): boolean;
  /** Checks whether nothing follows this event. Streams that end with `[DONE]` do not need it. */
  isLast?(event: Members): boolean;
  /** Checks whether an event brings an item (see `units`). */
  isItem?(event: Members): boolean;
  /** The longest event, in bytes; 4 MB by default. */
  longest?: number;
  /** The object of an event that contains the model's name; by default the event itself. */
  holder?: string;
};
