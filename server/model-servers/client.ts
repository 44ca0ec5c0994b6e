import { z } from "zod";
import { type Guard, guardedFetch } from "@/server/platform/guarded-connections";
import { InFlight } from "@/server/platform/in-flight";
import { listBounds } from "@/server/platform/json/bounds";
import { readJsonAnswer } from "@/server/platform/json/fetched";
import { log } from "@/server/platform/log";
import type { ModelServerSettings } from "@/server/platform/settings/model-servers";
import { traced, traceHeaders } from "@/server/platform/tracing/tracing";
import { KnownEndpoints } from "./known-endpoints";
import { ToldMostTexts } from "./most-texts";
import { isOllamas, OllamaModels } from "./ollama";
import { noteAnswer, noteOutage } from "./outages";
import { type Source, whole } from "./source";
import { embeddingsServerOf, embeddingsServersModels } from "./text-embeddings";
import { tracedServer } from "./traced-names";

/** The fields that every model server's list has for a model: Mistral's, vLLM's, llama.cpp's and Ollama's. */
const upstreamModel = z.looseObject({
  id: z.string().min(1).max(256),
  created: z.number().int().optional(),
  owned_by: z.string().optional(),
});

const upstreamList = z.object({ data: z.array(z.unknown()), models: z.array(z.unknown()).optional().catch(undefined) });
const besideModel = z.object({
  name: z.string().optional(),
  model: z.string().optional(),
  capabilities: z.array(z.string().max(64)).max(64),
});

export type UpstreamModel = z.output<typeof upstreamModel>;

const deadlineMs = 5_000;
const freshMs = 10_000;
const staleMs = 300_000;
const longestList = 4 * 1024 * 1024;
/** The longest list of a workspace's own server, of which there may be many. */
const longestOwnList = 1024 * 1024;
/** For how long a server that could not be reached is tried last, in milliseconds. */
const downMs = 10_000;
/** For how long after a failure its list is not requested again, in milliseconds. */
const pauseMs = 1_000;

/** A model server: its address, its state, and the models that it offers. */
export class ModelServer {
  /** False once it has refused `stream_options`. Then it is only sent when a program asks for it. */
  takesStreamOptions = true;
  /** Whether it is text-embeddings-inference, according to its last answer. */
  isEmbeddingsServer = false;
  /** How many texts of a list it accepts at a time, as it states; refusals teach the same (`toldMostTexts`). */
  #mostTexts: number | undefined;
  readonly toldMostTexts = new ToldMostTexts();
  #downUntil = Number.NEGATIVE_INFINITY;
  #list: { at: number; models: UpstreamModel[] } | undefined;
  #listEnd: NodeJS.Timeout | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  readonly #ollama = new OllamaModels();
  endpoints: KnownEndpoints;
  readonly #requests = new InFlight<Interruptible>();

  /**
   * @param guard limits the addresses that may be connected to; undefined: no limits, for servers of the environment
   */
  constructor(
    private current: ModelServerSettings,
    private from: Source = whole,
    readonly guard?: Guard,
  ) {
    this.endpoints = new KnownEndpoints(current.endpoints);
  }

  /** The number of requests in progress. */
  get underWay(): number {
    return this.#requests.size;
  }

  get settings(): ModelServerSettings {
    return this.current;
  }

  /** Where it was configured, and for which workspaces. */
  get source(): Source {
    return this.from;
  }

  /** Applies changed settings except the address. Its requests under way are not affected. */
  renew(settings: ModelServerSettings, source: Source): void {
    if (String(settings.endpoints) !== String(this.current.endpoints))
      this.endpoints = new KnownEndpoints(settings.endpoints);
    this.current = settings;
    this.from = source;
  }

  /** Notes a request under way, until the returned function is called. */
  begin(request: Interruptible): () => void {
    const place = this.#requests.add(request);
    return () => void this.#requests.remove(place);
  }

  /** Ends the requests of workspaces that may not use it any more. */
  endRequests(mayGoOn: (workspaceId: string) => boolean): void {
    for (const request of this.#requests) if (!mayGoOn(request.workspaceId)) request.interrupt();
  }

  /** Fetches a path below its address, with its key. It never follows a redirect. */
  fetch(path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const { url, key } = this.current;
    // A path that leaves `/v1` is used for what Ollama offers beside it.
    const target = path.startsWith("../") ? `${url.replace(/\/v1$/, "")}${path.slice(2)}` : `${url}${path}`;
    const { method = "GET" } = init;
    return traced("client", `${method} ${tracedServer(this)}`, { "http.request.method": method }, async (span) => {
      const sent: RequestInit = {
        ...init,
        headers: { ...headers, ...traceHeaders(), ...(key && { authorization: `Bearer ${key}` }) },
        redirect: "error",
      };
      const response = await (this.guard ? guardedFetch(target, this.guard, sent) : fetch(target, sent));
      span.set({ "http.response.status_code": response.status });
      return response;
    });
  }

  get isDown(): boolean {
    return performance.now() < this.#downUntil;
  }

  /** Notes that it could not be reached or cannot work: other servers are tried first for ten seconds. */
  markDown(): void {
    this.#downUntil = performance.now() + downMs;
    noteOutage(this);
  }

  /**
   * The models that it listed within the last five minutes; undefined when it has not. The same array until the list
   * is read again.
   */
  get models(): UpstreamModel[] | undefined {
    return this.#list && performance.now() - this.#list.at < staleMs ? this.#list.models : undefined;
  }

  /**
   * Whether it has at most one model, which answers whatever name is requested: according to its list, or otherwise
   * to its configuration.
   */
  get hasOneModel(): boolean {
    const names = this.models?.map(({ id }) => id) ?? this.current.models?.map(({ upstream }) => upstream) ?? [];
    return new Set(names).size === 1;
  }

  /** Whether it states how many texts of a list it accepts at a time. */
  get saysMostTexts(): boolean {
    return this.#mostTexts !== undefined;
  }

  /** Returns how many texts of a list it accepts at a time from a workspace; undefined: unknown. */
  mostTextsOf(workspaceId: string): number | undefined {
    return this.#mostTexts ?? this.toldMostTexts.of(workspaceId);
  }

  #forgetList(): void {
    this.#list = undefined;
    this.#listEnd = undefined;
  }

  /** Whether its list is less than ten seconds old. */
  get isFresh(): boolean {
    return this.#list !== undefined && performance.now() - this.#list.at < freshMs;
  }

  /** Requests its list, once for all who wait for it. Never rejects; a failure shows in `isDown`. */
  refresh(): Promise<void> {
    if (performance.now() - this.#failedAt < pauseMs) return Promise.resolve();
    this.#asking ??= listModels(this)
      .then((models) => (isOllamas(models) ? this.#ollama.complete(this, models) : models))
      .then(
        (models) => {
          this.#list = { at: performance.now(), models };
          const embeddingsServer = embeddingsServerOf(models);
          this.isEmbeddingsServer = embeddingsServer !== undefined;
          this.#mostTexts = embeddingsServer?.mostTexts;
          // The list of a server that is no longer used does not stay in memory.
          this.#listEnd ??= setTimeout(() => this.#forgetList(), staleMs).unref();
          this.#listEnd.refresh();
          this.#downUntil = Number.NEGATIVE_INFINITY;
          noteAnswer(this);
        },
        (error) => {
          this.#failedAt = performance.now();
          this.markDown();
          log.warn({ err: error, modelServer: this.settings.name }, "a model server did not list its models");
        },
      )
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}

/** A request of a workspace that a model server works on. */
export type Interruptible = { readonly workspaceId: string; interrupt(): void };

/** A model server answered the request for its list with a status other than 2xx. */
export class ListRefused extends Error {
  override readonly name = "ListRefused";
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** Requests the list of a model server. @throws ListRefused, or the error of the connection or of reading the answer */
export async function listModels(server: Pick<ModelServer, "fetch" | "source">): Promise<UpstreamModel[]> {
  const response = await server.fetch("/models", {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    const models = response.status === 404 ? await embeddingsServersModels(server).catch(() => undefined) : undefined;
    if (models) return models;
    throw new ListRefused(response.status);
  }
  const longest = server.source.kind === "workspace" ? longestOwnList : longestList;
  const list = upstreamList.parse(await readJsonAnswer(response, listBounds, longest));
  // llama.cpp states the abilities of models in a second list beside the models.
  const beside = new Map(
    (list.models ?? []).flatMap((entry) => {
      const { success, data } = besideModel.safeParse(entry);
      return success ? [[data.model ?? data.name, data.capabilities]] : [];
    }),
  );
  // A model that cannot be read is left out; the others are kept.
  return list.data.flatMap((entry) => {
    const model = upstreamModel.safeParse(entry);
    if (!model.success) return [];
    const capabilities = model.data.capabilities ?? beside.get(model.data.id);
    return [{ ...model.data, ...(capabilities !== undefined && { capabilities }) }];
  });
}
