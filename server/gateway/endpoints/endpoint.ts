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
 * An endpoint of `/v1` that a model works on. All of them go the same way: address, key, scope, limits, room for the body, the model, the
 * reservation, a model server, the settlement (`complete`). A row says in what they differ.
 */
export type Endpoint = {
  /** What it is in the ledger, in the metrics, and in `endpoints` of MODEL_SERVERS. */
  name: EndpointName;
  /** With `/v1`, which a model server's address has as well. */
  path: string;
  scope: KeyScope;
  /** In whose shape it answers errors. */
  family: Family;
  reads: RequestReading;
  /** Returns what a request may take at most, before it is counted. */
  estimate(asked: Asked, model: Pick<OfferedModel, "contextLength" | "media">): Estimate;
  answers: AnswerReading;
  /** How a stream that cannot go on ends. */
  failureEvent: FailureEvent;
  /** Headers of the client that the server gets besides `Accept` and `Content-Type`. */
  passes?: readonly string[];
  /** In which header the server wants its key besides `Authorization`. */
  keyHeader?: "x-api-key";
  /** Makes chats of its requests, for servers that do not have it. */
  translate?: TranslateRequest;
  /** How servers are asked that have it elsewhere and in other words: tried where a server does not have its path. */
  native?: NativeForm;
  /** Puts what a request refers to into it, and says how its answer is kept. `answeredBy` is asked once there is one. */
  continues?(asked: Asked, user: ModelUser, answeredBy: () => string): Promise<Asked>;
  /** Answers in place of a server where none has it. */
  answerWithout?(asked: Asked, model: Pick<OfferedModel, "contextLength" | "media">): Members;
  /** What it is, for the documents: a title and a sentence. */
  title: string;
  text: string;
};

/** Another form of an endpoint. `path` leads from `/v1`; `texts` is the member of the request that becomes its list of texts. */
export type NativeForm = {
  path: `../${string}`;
  texts: string;
  translate(body: Members): NativeRequest;
  answers: AnswerReading;
};

/** What is understood of a request. */
export type RequestReading = {
  kind: "json" | "form";
  /** The members that are understood, and the bytes that each may have. Each may be there once, in lower case. */
  members: ReadonlyMap<string, number>;
  /** The members in which its images, recordings and files are. */
  media?: MediaPlaces;
  /** A member that is one question, or a list of questions that are each answered. */
  questions?: string;
  /** A member that is a text, or a list of texts of which some servers take a part at a time, with one object in the answer for each. */
  texts?: string;
  /** Members that are texts, or lists of texts, of which a model reads pairs. */
  pairs?: ReadonlySet<string>;
  /**
   * Reads these members.
   *
   * @throws Refusal 422 when one is not what it should be
   */
  read(valueFor: (name: string) => unknown, size: BodySize): Reading;
  /** Members that are sent on with these values, whatever the program says. */
  sends?: Readonly<Members>;
};

/** How large a body is, all of it, in bytes; and of a form in which format its first file is, as far as its name or its type says. */
export type BodySize = { bytes: number; format: string | undefined };

/** What the members of a request say. */
export type Reading = {
  isStreamed: boolean;
  /** Whether a stream has its usage without it being asked for by `stream_options`. */
  wantsUsage: boolean;
  /** How many answers. */
  choices: number;
  /** The most tokens that each may have, if the request says; and the parameter that says so. */
  most?: { tokens: number; param: string } | undefined;
  /** Whether the answer is to be spoken. */
  wantsSpeech: boolean;
  /** The earlier answer that it goes on from, and whether its own may be kept for later ones. */
  kept?: { previousId?: string; isStored: boolean };
  /** What it asks for in units: seconds that are heard, images that are made, characters that are spoken, pages that are read. */
  units?: ClassCounts;
};

/** How an answer is read: what it has used, and whether it is one. It is passed on as it is. */
export type AnswerReading = {
  /** A whole answer has one of these lists; without any, every object is one. */
  lists: readonly string[];
  /** Whether servers that do not stream here answer at once though a stream was asked for. */
  mayBeWhole?: true;
  /** Whether an answer may be something else than JSON, which is passed on as it comes. */
  mayBeBytes?: true;
  /** Whether an answer may be a list, and not an object. */
  mayBeList?: true;
  /** In which header its tokens are, where the answer does not say. */
  tokensHeader?: string;
  /** False: a whole answer with a member `error` is that error, whatever else it has. */
  mayHaveError?: false;
  /** Whether it costs nothing, whatever it says. */
  isFree?: boolean;
  /** Counts what the model has produced, in a whole answer without usage. */
  count(answer: Members, tally: Tally): void;
  /**
   * Returns the units that are known without the server, which count unless it says otherwise. What is counted by units has no tokens unless
   * the server says so.
   *
   * @param items how many objects the list `itemsOf` has, or how many events of a stream were items
   * @param asked what the request was taken to use at most
   */
  units?(items: number, asked: ClassCounts): ClassCounts;
  itemsOf?: string;
  events: EventReading;
};

/** How the events of a stream are read. */
export type EventReading = {
  /** Whether it is an event of this API, where another one's cannot be taken for it. */
  isOwn?(event: Members): boolean;
  /** Counts what the model has produced in this one. */
  count(event: Members, tally: Tally): void;
  /** Returns what it says of the usage; what later events say of the same replaces it. */
  usage(event: Members): Members | undefined;
  /** Returns an error that it is, in a shape that `serverFailure` reads. */
  failure?(event: Members): unknown;
  /** Whether the answer has come to its end with it. */
  hasFinished(event: Members): boolean;
  /** Whether nothing follows it. Where streams end with `[DONE]` none says so. */
  isLast?(event: Members): boolean;
  /** Whether it brings an item (`units`). */
  isItem?(event: Members): boolean;
  /** The longest event, in bytes; 4 MB unless it says otherwise. */
  longest?: number;
  /** The object in which the model's name is; without, the event itself. */
  holder?: string;
};
