import type { EndpointName } from "@/server/platform/settings/endpoints";

/** How long is remembered what a server's refusal tells of it, as that it lacks an endpoint, in milliseconds: it may be upgraded. */
export const rememberMs = 600_000;
/** Those that every server is asked for: an answer that says otherwise is passed on as it is. */
const usual: ReadonlySet<EndpointName> = new Set(["chat", "embeddings"]);

/** Which endpoints a model server has: those that the operator states, otherwise all but what it has said not to have. */
export class KnownEndpoints {
  readonly #stated: ReadonlySet<EndpointName> | undefined;
  /** Until when which endpoint is taken to be missing, for all its models or (`NAME MODEL`) for one. */
  readonly #missing = new Map<string, number>();

  /** Until when which endpoint is asked for in its other form. */
  readonly #native = new Map<EndpointName, number>();

  constructor(stated: readonly EndpointName[] | undefined) {
    this.#stated = stated && new Set(stated);
  }

  /** Checks whether the server is known not to have an endpoint, for the model that it has under the name `upstream`. */
  lacks(name: EndpointName, upstream: string): boolean {
    if (usual.has(name)) return false;
    if (this.#stated) return !this.#stated.has(name);
    if (this.#missing.size === 0) return false;
    const until = this.#missing.get(name) ?? this.#missing.get(`${name} ${upstream}`);
    return until !== undefined && performance.now() < until;
  }

  /** Whether an answer can tell that an endpoint is missing: not where the operator has said that it is there. */
  mayLack(name: EndpointName): boolean {
    return this.#stated === undefined && !usual.has(name);
  }

  /** Checks whether the server was found to have an endpoint in its other form only. */
  hasNative(name: EndpointName): boolean {
    return performance.now() < (this.#native.get(name) ?? 0);
  }

  /** Remembers for ten minutes that it has. */
  noteNative(name: EndpointName): void {
    if (!this.hasNative(name)) this.#native.set(name, performance.now() + rememberMs);
  }

  /** Forgets that it has: a server that is upgraded may have it where it is usual. */
  forgetNative(name: EndpointName): void {
    this.#native.delete(name);
  }

  /** Remembers for ten minutes that the server lacks an endpoint; with `upstream` for this model only. */
  noteMissing(name: EndpointName, upstream?: string): void {
    if (this.#missing.size >= mostRemembered) this.#missing.clear();
    this.#missing.set(upstream === undefined ? name : `${name} ${upstream}`, performance.now() + rememberMs);
  }
}

const mostRemembered = 10_000;
