import type { EndpointName } from "@/server/platform/settings/endpoints";

/**
 * For how long a fact from a server's refusal, such as a missing endpoint, is remembered, in milliseconds. The server
 * may be upgraded.
 */
export const rememberMs = 600_000;
/** The endpoints that every server is expected to have: a refusal is passed on as it is. */
const usual: ReadonlySet<EndpointName> = new Set(["chat", "embeddings"]);

/**
 * Which endpoints a model server has: the ones that the operator lists, otherwise all except those that its answers
 * showed to be missing.
 */
export class KnownEndpoints {
  readonly #stated: ReadonlySet<EndpointName> | undefined;
  /** Until when an endpoint counts as missing, for all models (`NAME`) or for one (`NAME MODEL`). */
  readonly #missing = new Map<string, number>();

  /** Until when an endpoint is requested in its native form. */
  readonly #native = new Map<EndpointName, number>();

  constructor(stated: readonly EndpointName[] | undefined) {
    this.#stated = stated && new Set(stated);
  }

  /** Checks whether the server is known to lack an endpoint, for the model that it names `upstream`. */
  lacks(name: EndpointName, upstream: string): boolean {
    if (usual.has(name)) return false;
    if (this.#stated) return !this.#stated.has(name);
    if (this.#missing.size === 0) return false;
    const until = this.#missing.get(name) ?? this.#missing.get(`${name} ${upstream}`);
    return until !== undefined && performance.now() < until;
  }

  /** Whether an answer can prove that an endpoint is missing: not if the operator has listed the endpoints. */
  mayLack(name: EndpointName): boolean {
    return this.#stated === undefined && !usual.has(name);
  }

  /** Checks whether the server was found to have an endpoint only in its native form. */
  hasNative(name: EndpointName): boolean {
    return performance.now() < (this.#native.get(name) ?? 0);
  }

  /** Remembers for ten minutes that the endpoint exists in its native form. */
  noteNative(name: EndpointName): void {
    if (!this.hasNative(name)) this.#native.set(name, performance.now() + rememberMs);
  }

  /** Forgets the native form: an upgraded server may have the endpoint in the usual form. */
  forgetNative(name: EndpointName): void {
    this.#native.delete(name);
  }

  /** Remembers for ten minutes that the server lacks an endpoint; with `upstream` only for this model. */
  noteMissing(name: EndpointName, upstream?: string): void {
    if (this.#missing.size >= mostRemembered) this.#missing.clear();
    this.#missing.set(upstream === undefined ? name : `${name} ${upstream}`, performance.now() + rememberMs);
  }
}

const mostRemembered = 10_000;
